"""The officer's pages, a file for each subject."""
