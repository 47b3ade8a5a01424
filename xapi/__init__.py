"""The Experience API as a library: vocabulary, statements, validation, the chain and the record store."""
