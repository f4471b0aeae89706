"""Pure: bytes to Message, the new text, the gate, authenticity, and the reply as MIME."""
