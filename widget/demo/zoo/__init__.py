"""Host pages of every kind a widget meets, the unfriendly ones above all; each can be opened by a person."""
