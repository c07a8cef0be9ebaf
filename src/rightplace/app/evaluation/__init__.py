"""Use cases that say whether an operation worked: claims, designs, register, report, trials."""
