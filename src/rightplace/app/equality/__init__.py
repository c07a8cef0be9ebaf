"""The equality effect of plans: who lives where patrols go, to audit the plan by."""
