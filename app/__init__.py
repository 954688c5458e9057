"""Awning: protection offered where people buy things."""
