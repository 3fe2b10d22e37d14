import Inspection

/// The nonces that one side of a flow was the first to send, and how often it guessed at the other side's.
///
/// ```
///   a value in a packet of this side        this side has it: nothing new
///                                           the other side chose it: an echo, the side is verified
///                                           nobody has it: noted as chosen here, or as a mere mention
/// ```
/// The newest eight are kept. Whatever fell out may have been anything, so the other side's values of its kind no longer
/// count as chosen there: it might only repeat what this side had told it.
struct NonceLedger: BitwiseCopyable {
  /// How a value of one side stands to what both sides sent before.
  enum Outcome {
    /// The same side sent it before.
    case own
    /// The other side chose it: the sender has received it.
    case echo
    /// The other side sent it before, which proves nothing.
    case known
    /// Nobody sent it before.
    case new
  }

  /// How many wrong echoes make a guesser, in the spirit of T10.
  static let guessLimit: UInt8 = 8
  private static let capacity = 8
  private static let chosenMark: UInt8 = 0x80

  private var digests = InlineArray<8, UInt64>(repeating: 0)
  /// Raw values of the kinds, with the mark of those that this side chose.
  private var kinds = InlineArray<8, UInt8>(repeating: 0)
  /// A bit for each kind of which a value fell out.
  private var dropped: UInt16 = 0
  /// The same for the values that this side had not chosen: one of them, sent again, would look chosen.
  private var droppedMentions: UInt16 = 0
  private var count: UInt8 = 0
  private var next: UInt8 = 0
  /// Values returned that nobody had sent: before the first echo; of the short kinds at any time.
  private(set) var wrongEchoes: UInt8 = 0
  /// Values of the short kinds returned that nobody had sent, modulo 256; only its changes matter.
  private(set) var guesses: UInt8 = 0
  /// Whether the side guessed in other flows around its first echo here.
  private(set) var isGuessing = false
  /// Whether the side returned a value that the other side chose.
  private(set) var isVerified = false
  /// Whether a wrong echo may be a right one, of a value of the other side that fell out.
  private(set) var mayBeWronged = false
  /// Whether the capture holds a packet of this side only in part: it may have told the other side any value.
  private(set) var isUnread = false

  /// Whether values of this side fell out.
  var hasDropped: Bool { dropped != 0 }

  mutating func markUnread() { isUnread = true }

  mutating func markGuessing() { isGuessing = true }

  /// Takes a value of a packet into account.
  ///
  /// - Parameters:
  ///   - nonce: The value.
  ///   - use: What the packet does with it.
  ///   - sender: The ledger of the packet's sender.
  ///   - receiver: The ledger of the other side.
  /// - Returns: How the value stands to what both sides sent before.
  /// - Complexity: O(1).
  static func take(
    _ nonce: Nonce, _ use: Nonce.Use, from sender: inout NonceLedger, to receiver: NonceLedger
  ) -> Outcome {
    if sender.mark(of: nonce) != nil { return .own }
    if let mark = receiver.mark(of: nonce) {
      guard use == .returned, mark & chosenMark != 0 else { return .known }
      sender.isVerified = true
      return .echo
    }
    if use == .returned { sender.countWrongEcho(of: nonce.kind, to: receiver) }
    let isOwn = use == .chosen && sender.droppedMentions >> UInt16(nonce.kind.rawValue) & 1 == 0
    sender.add(nonce, isChosen: isOwn && !receiver.isUnread && !receiver.hasDropped(nonce.kind))
    return .new
  }

  /// Counts a value that was returned and that nobody had sent.
  ///
  /// - Parameters:
  ///   - kind: The value's kind.
  ///   - receiver: The ledger of the other side.
  ///   - isDoubtful: Whether it may not have been meant as an echo at all.
  mutating func countWrongEcho(of kind: Nonce.Kind, to receiver: NonceLedger, isDoubtful: Bool = false) {
    if kind.isShort { guesses &+= 1 }
    guard !isVerified || kind.isShort else { return }
    wrongEchoes = min(wrongEchoes &+ 1, Self.guessLimit)
    if isDoubtful || receiver.hasDropped(kind) { mayBeWronged = true }
  }

  /// Whether a value of a kind fell out.
  func hasDropped(_ kind: Nonce.Kind) -> Bool { dropped >> UInt16(kind.rawValue) & 1 != 0 }

  private func mark(of nonce: Nonce) -> UInt8? {
    for index in 0..<Int(count) where digests[index] == nonce.digest {
      if kinds[index] & ~Self.chosenMark == nonce.kind.rawValue { return kinds[index] }
    }
    return nil
  }

  private mutating func add(_ nonce: Nonce, isChosen: Bool) {
    let index = Int(next)
    if Int(count) == Self.capacity {
      let kind: UInt16 = 1 << UInt16(kinds[index] & ~Self.chosenMark)
      dropped |= kind
      if kinds[index] & Self.chosenMark == 0 { droppedMentions |= kind }
    } else {
      count &+= 1
    }
    digests[index] = nonce.digest
    kinds[index] = nonce.kind.rawValue | (isChosen ? Self.chosenMark : 0)
    next = UInt8((index + 1) % Self.capacity)
  }
}
