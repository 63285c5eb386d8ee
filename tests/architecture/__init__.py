"""What holds for the whole tree, told from its source text: layers, purity, names, sizes, texts."""
