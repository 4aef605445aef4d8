"""What the command line says, in Finnish and English."""
