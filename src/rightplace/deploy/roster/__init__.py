"""Who works when: rosters of shifts within law, practice and demand, with bound and gap."""
