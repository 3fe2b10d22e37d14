import Foundation
import Packets
import Testing

/// What the collector of conversations makes of the committed captures.
@Suite struct ConversationCollectorTests {
  private func collect(_ name: String) throws -> [CollectedConversation] {
    var package = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { package.deleteLastPathComponent() }
    return try CollectedConversation.all(package.appendingPathComponent("Captures/\(name)").path)
  }

  @Test func `streams come in order from their first byte on`() throws {
    let conversations = try collect("http-post.pcap").filter(\.isTCP)
    let first = try #require(conversations.first)
    #expect(first.forward.bytes(limit: 5) == Array("POST ".utf8))
    #expect(first.backward.bytes(limit: 5) == Array("HTTP/".utf8))
  }

  @Test func `segments are put in order up to the first hole`() {
    var stream = CollectedConversation.Stream()
    stream.start = 0xFFFF_FFFE
    stream.segments = [(1, [3, 4]), (0xFFFF_FFFE, [0, 1]), (0, [2, 9]), (9, [8])]
    #expect(stream.bytes(limit: 100) == [0, 1, 2, 9, 4])
    #expect(stream.bytes(limit: 3) == [0, 1, 2])
  }
}
