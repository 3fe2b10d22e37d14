import Packets

/// What both sides of a connection of SMB said: how they speak, who logged in, which shares and files were opened.
struct SMBSession {
  /// Someone who logs in, or tries to.
  struct Setup {
    let id: Int
    /// The message of NTLM inside, if that is how.
    var ntlm: NTLMMessage?
    /// The user and domain that SMB 1 names without NTLM's messages.
    var user: String?
    var domain = ""
    /// Whether anything was shown, in whatever form.
    var hasCredentials = false
    /// The server's challenge.
    var challenge: NTLMMessage?
    /// What the server made of it.
    var status: Int?
    /// Whether the server took the user for a guest, or for nobody.
    var isGuest = false
  }

  /// A share that was asked for.
  struct Tree {
    let id: Int
    let path: String
    var kind: String?
    var status: Int?

    /// Whether it is the share of pipes, which holds no files.
    var isPipe: Bool { kind == "PIPE" || path.uppercased().hasSuffix("IPC$") }
  }

  /// A file that was asked for.
  struct File {
    let id: Int
    let name: String
    /// What the client wants to do with it.
    let access: [String]
    var status: Int?
  }

  /// Elements of each kind that are kept; more than the facts have room for.
  private static let limit = 64
  /// Messages that one frame of SMB 2 may compound.
  private static let compoundLimit = 64

  /// The generation that the last message was of.
  private(set) var generation: SMBFrame.Generation?
  /// The dialect that the server chose.
  var dialect: String?
  /// The dialects that a client of SMB 1 offers.
  var offered: [String] = []
  var nativeOS: String?
  var nativeManager: String?
  private(set) var setups: [Setup] = []
  private(set) var trees: [Tree] = []
  private(set) var files: [File] = []

  /// Reads the messages of one direction; the client's must be read first.
  ///
  /// - Parameters:
  ///   - frames: The messages.
  ///   - stream: The bytes that hold them.
  ///   - isResponse: Whether the server sent them.
  /// - Returns: Whether that side may have sent them.
  /// - Complexity: O(n).
  mutating func read(_ frames: [SMBFrame], in stream: RawSpan, isResponse: Bool) -> Bool {
    for frame in frames {
      generation = frame.generation
      let message = stream.extracting(frame.range)
      switch frame.generation {
      case .smb1:
        guard let header = SMB1Message(message) else { continue }
        guard header.isResponse == isResponse else { return false }
        read(header, message)
      case .smb2:
        var start = 0
        for _ in 0..<Self.compoundLimit {
          guard start < message.byteCount else { break }
          let rest = message.extracting(start..<message.byteCount)
          guard let header = SMB2Message(rest) else { break }
          guard header.isResponse == isResponse else { return false }
          read(header, rest)
          guard header.next >= SMB2Message.headerLength else { break }
          start += header.next
        }
      case .sealed: continue
      }
    }
    return true
  }

  mutating func add(_ setup: Setup) { if setups.count < Self.limit { setups.append(setup) } }
  mutating func add(_ tree: Tree) { if trees.count < Self.limit { trees.append(tree) } }
  mutating func add(_ file: File) { if files.count < Self.limit { files.append(file) } }

  /// Answers the first open request of a number; the answer of one that was not seen stands alone.
  mutating func answerSetup(_ id: Int, _ change: (inout Setup) -> Void) {
    if let index = setups.firstIndex(where: { $0.id == id && $0.status == nil }) {
      change(&setups[index])
    } else {
      var setup = Setup(id: id)
      change(&setup)
      add(setup)
    }
  }

  mutating func answerTree(_ id: Int, _ change: (inout Tree) -> Void) {
    if let index = trees.firstIndex(where: { $0.id == id && $0.status == nil }) { change(&trees[index]) }
  }

  mutating func answerFile(_ id: Int, status: Int) {
    if let index = files.firstIndex(where: { $0.id == id && $0.status == nil }) { files[index].status = status }
  }
}
