"""The pages of papers, the issue window, verification and seals."""
