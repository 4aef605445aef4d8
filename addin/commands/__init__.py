"""The commands of `kpi`, one file each; what is heavy is imported inside them, so that help stays fast."""
