"""도비, the Korean public office's assistant: chat, where the four capabilities meet."""
