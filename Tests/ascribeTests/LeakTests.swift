import Cryptography
import Foundation
import TestSupport
import Testing

/// Nothing that a release withholds stands in any of its files, in any form, whatever was captured.
@Suite struct LeakTests {
  /// The committed captures, each with its catalog, in a fixed order that mixes their kinds.
  private static let captures: [(path: String, catalog: String)] = {
    var random = SeededGenerator(seed: 4)
    return VerifyTests.captures.shuffled(using: &random).map { path in
      let isFirst = path.split(separator: "/").count == 2
      return (path, isFirst ? Program.demonstration : Program.capture("catalog.yaml"))
    }
  }()

  /// How many of them are searched; `ASCRIBE_LEAKS=100` for all.
  private static let count = min(Effort.cases("ASCRIBE_LEAKS", usual: 16), captures.count)

  /// The strictest level, under which every other claim and list is withheld, and another one, under which the others are.
  @Test(arguments: [("CLEAR", ["CLEAR", "GREEN"]), ("AMBER", ["RED", "AMBER"])])
  func nothingWithheldIsInAnyFile(level: String, labels: [String]) throws {
    var words = 0
    for (path, catalog) in Self.captures.prefix(Self.count) {
      let release = try LabelledRelease(path, catalog, level: level, labels: labels)
      let secrets = try release.secrets()
      #expect(secrets.words.count > 4 && secrets.addresses.count > 0, "\(path)")
      // What the search looks for is there in full: it would be found.
      #expect(try release.found(secrets.words, in: "", asWords: false).count * 2 > secrets.words.count, "\(path)")
      words += secrets.words.union(secrets.numbers).union(secrets.addresses).count
      let forms = secrets.words.flatMap(Self.forms) + secrets.addresses.flatMap { Self.coded(Array($0.utf8)) }
      let bytes = secrets.addresses.flatMap { Self.coded(LabelledRelease.bytes(of: $0)) }
      let inside = try release.found(Set(forms + bytes), in: "release", asWords: false)
      #expect(inside.isEmpty, "\(path) at \(level)")
      let alone = try release.found(secrets.numbers.union(secrets.addresses), in: "release", asWords: true)
      #expect(alone.isEmpty, "\(path) at \(level)")
    }
    print("\(level): \(words) withheld words and numbers of \(Self.count) captures searched for")
  }

  /// Who has the release and no key knows the local network and the rules, and tries all.
  @Test func noGuessOfAnAddressCanBeTested() throws {
    let (path, catalog) = (Program.capture("story.pcapng"), Program.demonstration)
    let release = try LabelledRelease(path, catalog, level: "CLEAR", labels: ["CLEAR", "CLEAR"])
    // The digests of every address of the local network: as bytes, as text, as a line, as the name of an item.
    var guesses: Set<String> = []
    for host in 0..<256 {
      let bytes: [UInt8] = [192, 0, 2, UInt8(host)]
      let text = Array("192.0.2.\(host)".utf8)
      for guess in [bytes, text, text + [10], Array("address 192.0.2.\(host)".utf8)] {
        guesses.formUnion(Self.digests(of: guess))
      }
    }
    // Of the identifiers that anyone can compute, those of the full report's objects with a local address in them.
    let identifiers = try release.identifiersOfLocalAddresses()
    #expect(guesses.count > 2_000 && identifiers.count > 3)
    #expect(try release.found(guesses.union(identifiers), in: "release", asWords: false).isEmpty)
    #expect(try release.found(identifiers, in: "", asWords: false).count >= identifiers.count)
  }

  @Test func everyFormIsSearchedFor() {
    let word = "mail.example.org <a&b>"
    let hex = Self.hex(Array(word.utf8))
    let forms = Self.forms(word)
    var texts = [word, hex, hex.uppercased(), "mail.example.org &lt;a&amp;b&gt;"]
    for lead in 0..<6 {
      for trail in 0..<3 {
        let bytes = [UInt8](repeating: 7, count: lead) + Array(word.utf8) + [UInt8](repeating: 9, count: trail)
        texts.append(Data(bytes).base64EncodedString())
      }
    }
    for text in texts { #expect(forms.contains { text.contains($0) }, "\(text)") }
  }

  // MARK: Forms

  /// A text as it is, as HTML and JSON write it, and coded.
  private static func forms(_ text: String) -> [String] {
    let markup = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    let json = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return [text, markup, markup.replacing("\"", with: "&quot;"), json] + coded(Array(text.utf8))
  }

  /// Bytes in hexadecimal of either case, and in Base64 at each alignment.
  ///
  /// Of Base64 only the digits that the bytes alone determine; fewer than five of them stand anywhere.
  private static func coded(_ bytes: [UInt8]) -> [String] {
    let base64 = (0..<3).map { lead -> Substring in
      let digits = Data([UInt8](repeating: 0, count: lead) + bytes).base64EncodedString()
      return digits.prefix((lead + bytes.count) * 8 / 6).dropFirst((lead * 8 + 5) / 6)
    }
    return [hex(bytes), hex(bytes).uppercased()] + base64.filter { $0.count > 4 }.map(String.init)
  }

  private static func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// The digests that anyone can make without a key, in hexadecimal and Base64, cut to what a release writes of its own.
  private static func digests(of bytes: [UInt8]) -> [String] {
    [Digest.sha256(of: bytes), Digest.md5(of: bytes) ?? [], MerkleTree.leafHash(of: bytes)].filter { !$0.isEmpty }
      .flatMap { digest in [hex(digest.prefix(8)), String(Data(digest.prefix(9)).base64EncodedString())] }
  }
}
