@testable import Inspection

/// Messages of SMB and NTLM as both sides write them.
enum SMBTalk {
  static func framed(_ message: [UInt8]) -> [UInt8] { [0] + BinaryTalk.big(message.count, 3) + message }

  // MARK: SMB 2

  static func smb2(_ command: Int, id: Int, status: Int = 0, isResponse: Bool = false, next: Int = 0, _ body: [UInt8])
    -> [UInt8]
  {
    var header: [UInt8] = [0xFE, 0x53, 0x4D, 0x42, 64, 0, 0, 0] + BinaryTalk.little(status, 4)
    header += BinaryTalk.little(command, 2) + [1, 0] + BinaryTalk.little(isResponse ? 1 : 0, 4)
    header += BinaryTalk.little(next, 4) + BinaryTalk.little(id, 6) + Array(repeating: 0, count: 34)
    return header + body
  }

  static func negotiated2(_ dialect: Int) -> [UInt8] {
    framed(
      smb2(0, id: 0, isResponse: true, [65, 0, 1, 0] + BinaryTalk.little(dialect, 2) + Array(repeating: 0, count: 58)))
  }

  static func setup2(_ blob: [UInt8], id: Int) -> [UInt8] {
    let fixed: [UInt8] = [25, 0] + Array(repeating: 0, count: 10) + BinaryTalk.little(88, 2)
    return framed(smb2(1, id: id, fixed + BinaryTalk.little(blob.count, 2) + Array(repeating: 0, count: 8) + blob))
  }

  static func setupAnswer2(_ blob: [UInt8] = [], id: Int, status: Int = 0, flags: Int = 0) -> [UInt8] {
    let fixed = [9, 0] + BinaryTalk.little(flags, 2) + BinaryTalk.little(72, 2) + BinaryTalk.little(blob.count, 2)
    return framed(smb2(1, id: id, status: status, isResponse: true, fixed + blob))
  }

  static func tree2(_ path: String, id: Int) -> [UInt8] {
    let units = BinaryTalk.utf16(path)
    return framed(smb2(3, id: id, [9, 0, 0, 0, 72, 0] + BinaryTalk.little(units.count, 2) + units))
  }

  static func treeAnswer2(id: Int, kind: UInt8, status: Int = 0) -> [UInt8] {
    framed(smb2(3, id: id, status: status, isResponse: true, [16, 0, kind, 0] + Array(repeating: 0, count: 12)))
  }

  static func create2(_ name: String, id: Int, access: Int, next: Int = 0) -> [UInt8] {
    let units = BinaryTalk.utf16(name)
    let fixed: [UInt8] = [57, 0] + Array(repeating: 0, count: 22) + BinaryTalk.little(access, 4)
    let place = Array(repeating: 0, count: 16) + BinaryTalk.little(120, 2) + BinaryTalk.little(units.count, 2)
    return smb2(5, id: id, next: next, fixed + place + Array(repeating: 0, count: 8) + units)
  }

  // MARK: SMB 1

  static func smb1(
    _ command: UInt8, id: Int, status: Int = 0, isResponse: Bool = false, isUnicode: Bool = true, _ blocks: [UInt8]
  ) -> [UInt8] {
    var header: [UInt8] = [0xFF, 0x53, 0x4D, 0x42, command] + BinaryTalk.little(status, 4)
    header += [isResponse ? 0x80 : 0] + BinaryTalk.little(isUnicode ? 0xC001 : 0x4001, 2)
    header += Array(repeating: 0, count: 18) + BinaryTalk.little(id, 2)
    return framed(header + blocks)
  }

  /// A command's parameters and data.
  static func block(_ words: [UInt8], _ data: [UInt8]) -> [UInt8] {
    [UInt8(words.count / 2)] + words + BinaryTalk.little(data.count, 2) + data
  }

  // MARK: NTLM

  static func challenge(_ server: String, domain: String) -> [UInt8] {
    let parts = [(2, domain), (1, server), (3, server.lowercased() + ".example"), (5, "example")]
    var target: [UInt8] = []
    for (id, text) in parts {
      let units = BinaryTalk.utf16(text)
      target += BinaryTalk.little(id, 2) + BinaryTalk.little(units.count, 2) + units
    }
    target += [0, 0, 0, 0]
    let name = BinaryTalk.utf16(domain)
    var message = Array("NTLMSSP\0".utf8) + BinaryTalk.little(2, 4) + field(name.count, 56)
    message += BinaryTalk.little(0x80_0001, 4) + Array(repeating: 7, count: 8) + Array(repeating: 0, count: 8)
    message += field(target.count, 56 + name.count) + Array(repeating: 0, count: 8)
    return message + name + target
  }

  static func authenticate(_ user: String, domain: String, workstation: String, answer: [UInt8] = [1, 2, 3]) -> [UInt8]
  {
    let texts = [domain, user, workstation].map { BinaryTalk.utf16($0) }
    var message = Array("NTLMSSP\0".utf8) + BinaryTalk.little(3, 4) + field(0, 64) + field(answer.count, 64)
    var place = 64 + answer.count
    for text in texts {
      message += field(text.count, place)
      place += text.count
    }
    return message + field(0, place) + BinaryTalk.little(1, 4) + answer + texts.flatMap { $0 }
  }

  static func negotiate() -> [UInt8] {
    Array("NTLMSSP\0".utf8) + BinaryTalk.little(1, 4) + Array(repeating: 0, count: 20)
  }

  private static func field(_ count: Int, _ place: Int) -> [UInt8] {
    BinaryTalk.little(count, 2) + BinaryTalk.little(count, 2) + BinaryTalk.little(place, 4)
  }
}
