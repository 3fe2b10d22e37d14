import Testing

@Suite struct CatalogTests {
}
