"""Where the worksheet functions run: a package for each host, none of which computes anything."""
