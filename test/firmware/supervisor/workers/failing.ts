/** A connector thread that ends at once, every time. */
process.exit(1);
