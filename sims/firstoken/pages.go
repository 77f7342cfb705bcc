package firstoken

// Firstoken's API has no page that a payer visits: a merchant sends card data or
// tokens. Its iframe for capturing cards is served from another host and is not
// emulated.
