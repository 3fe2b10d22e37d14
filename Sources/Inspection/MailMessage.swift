import Packets

/// A mail as it stands in a session (RFC 5322, RFC 2045): its header, and the files that are attached to it.
struct MailMessage {
  /// A file that is attached.
  struct Attachment {
    let name: String
    /// Its size, if all of it is there.
    let size: Int?
  }

  /// Parts inside one another that are read.
  private static let depthLimit = 3

  /// Names in lower case, and values unfolded.
  private(set) var fields: [(name: String, value: [UInt8])] = []
  /// The files, in their order.
  private(set) var attachments: [Attachment] = []

  /// Reads a mail, which may be cut anywhere.
  ///
  /// - Complexity: O(n).
  init(_ text: [UInt8]) {
    text.withRawSpan { bytes in
      let header = HeaderSection(bytes, in: 0..<bytes.byteCount)
      fields = header.fields.map { ($0.name, bytes.unfolded($0.value)) }
      if header.isWhole { readParts(bytes, header, header.end..<bytes.byteCount, depth: 0) }
    }
  }

  private mutating func readParts(_ bytes: RawSpan, _ header: HeaderSection, _ content: Range<Int>, depth: Int) {
    guard depth < Self.depthLimit, let type = header.value("content-type", in: bytes).map(ParameterList.init),
      type.value.hasPrefix("multipart/"), let boundary = type["boundary"]
    else { return }
    for part in MultipartBody(bytes, in: content, boundary: boundary).parts {
      let disposition = part.header.value("content-disposition", in: bytes).map(ParameterList.init)
      let type = part.header.value("content-type", in: bytes).map(ParameterList.init)
      if let name = disposition?["filename"] ?? type?["name"], attachments.count < ApplicationFacts.listLimit {
        attachments.append(Attachment(name: EncodedWord.decode(name), size: part.isWhole ? size(bytes, part) : nil))
      } else {
        readParts(bytes, part.header, part.content, depth: depth + 1)
      }
    }
  }

  /// The size of a part without its encoding.
  private func size(_ bytes: RawSpan, _ part: MultipartBody.Part) -> Int {
    guard part.header.value("content-transfer-encoding", in: bytes)?.lowercased == Array("base64".utf8) else {
      return part.content.count
    }
    let digits = part.content.count { bytes.uint8(at: $0) > 0x20 && bytes.uint8(at: $0) != UInt8(ascii: "=") }
    return digits * 3 / 4
  }

  /// The value of the first field of a name.
  func text(_ name: String) -> String? { fields.first { $0.name == name }.map { EncodedWord.decode($0.value) } }

  /// The elements of all fields of a name that is a list.
  func list(_ name: String) -> [String] {
    fields.filter { $0.name == name }.flatMap { field in
      (field.value.split(outsideQuotes: UInt8(ascii: ",")) ?? [field.value]).filter { !$0.isEmpty }
        .map(EncodedWord.decode)
    }
  }

  /// The values of the Received fields, the topmost first.
  var received: [[UInt8]] { fields.filter { $0.name == "received" }.map(\.value) }
}
