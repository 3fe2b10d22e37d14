import Packets

/// What a DNS message asks and answers (RFC 1035 section 4); of mDNS, LLMNR and NetBIOS names likewise.
///
/// Strict, since any payload may be tried: header, counts and names must agree with the length.
struct DNSContent {
  /// A question, or the owner of a record.
  struct Question {
    let name: DNSName
    let type: Int
    let qclass: Int
  }

  /// A record of the answer section.
  struct Answer {
    let owner: Question
    let data: Range<Int>
  }

  /// Questions of a message: mDNS asks many at once.
  private static let questionLimit = 64
  /// Answers that are kept; more than the facts have room for.
  private static let answerLimit = 64
  private static let headerLength = 12

  /// The number that pairs a response with its query.
  let id: Int
  /// Whether it is a response.
  let isResponse: Bool
  /// What is asked for.
  let operation: Operation
  /// What a response says of success, with the bits that OPT adds (RFC 6891 section 6.1.3).
  private(set) var rcode: Int
  /// What is asked.
  private(set) var questions: [Question] = []
  /// What is answered.
  private(set) var answers: [Answer] = []
  /// Records of all sections but OPT.
  private(set) var recordCount = 0

  /// What a message is for (IANA, DNS OpCodes; RFC 1002 section 4.2.1.1).
  enum Operation: Int {
    case query = 0
    case notify = 4
    /// UPDATE; the registration of a NetBIOS name.
    case update = 5
    /// The release of a NetBIOS name.
    case release = 6
    /// That a NetBIOS name server needs more time.
    case wait = 7
    /// The refresh of a NetBIOS name.
    case refresh = 8
  }

  /// Whether it is a header alone, as an error may be answered: of this form only to the one who asked.
  var isBare: Bool { questions.isEmpty && answers.isEmpty }

  /// Reads a message; nothing if it is none, or that is in doubt.
  ///
  /// One whose records do not end with it must have one whole question: the capture may have cut it.
  ///
  /// - Complexity: O(n) in the message's length.
  init?(_ message: RawSpan) {
    var cursor = MessageCursor(0..<message.byteCount)
    guard let id = cursor.integer(2, in: message), let flags = cursor.integer(2, in: message),
      let questionCount = cursor.integer(2, in: message), let answerCount = cursor.integer(2, in: message),
      let authorityCount = cursor.integer(2, in: message), let additionalCount = cursor.integer(2, in: message),
      flags & 0x40 == 0, questionCount <= Self.questionLimit, let operation = Operation(rawValue: flags >> 11 & 15)
    else { return nil }
    self.id = id
    isResponse = flags & 0x8000 != 0
    self.operation = operation
    rcode = flags & 15
    for _ in 0..<questionCount {
      guard let question = Self.question(&cursor, in: message), DNSNumbers.isType(question.type),
        DNSNumbers.isClass(question.qclass)
      else { return nil }
      questions.append(question)
    }
    let count = answerCount + authorityCount + additionalCount
    let isWhole = readRecords(&cursor, in: message, count: count, answerCount: answerCount)
    guard isWhole ? cursor.isAtEnd : questionCount == 1, isPlausible(message) else { return nil }
  }

  /// The text of a name, decoded where it is one of NetBIOS.
  static func text(of question: Question, in message: RawSpan) -> String {
    let isNetBIOS = question.type == DNSNumbers.netBIOS || question.type == DNSNumbers.netBIOSStatus
    return isNetBIOS
      ? question.name.netBIOSText(in: message) ?? question.name.text(in: message)
      : question.name.text(in: message)
  }

  /// The name of a question's type.
  static func typeName(of question: Question, in message: RawSpan) -> String {
    question.type == DNSNumbers.netBIOSStatus && question.name.netBIOSText(in: message) != nil
      ? "NBSTAT" : DNSNumbers.type(question.type)
  }

  /// Reads the records of all sections; whether all that are counted are there.
  private mutating func readRecords(
    _ cursor: inout MessageCursor, in message: RawSpan, count: Int, answerCount: Int
  ) -> Bool {
    for index in 0..<count {
      guard let owner = Self.question(&cursor, in: message), let lifetime = cursor.integer(4, in: message),
        let data = cursor.vector(2, in: message)
      else { return false }
      // The class of OPT is a size.
      let isOption = owner.type == DNSNumbers.option
      guard isOption || DNSNumbers.isClass(owner.qclass) else { return false }
      if isOption { rcode |= (lifetime >> 24) << 4 } else { recordCount += 1 }
      if index < answerCount, answers.count < Self.answerLimit { answers.append(Answer(owner: owner, data: data)) }
    }
    return true
  }

  private static func question(_ cursor: inout MessageCursor, in message: RawSpan) -> Question? {
    guard let name = DNSName(&cursor, in: message), let type = cursor.integer(2, in: message),
      let qclass = cursor.integer(2, in: message)
    else { return nil }
    return Question(name: name, type: type, qclass: qclass)
  }

  /// Whether the header is one that is written.
  private func isPlausible(_ message: RawSpan) -> Bool {
    let isNetBIOS = questions.first.map { $0.name.netBIOSText(in: message) != nil } ?? false
    switch operation {
    case .query where isResponse: return !isBare || rcode != 0 && message.byteCount == Self.headerLength
    case .query, .notify: return !questions.isEmpty && (isResponse || rcode == 0)
    case .update: return questions.count == 1 || isResponse && !answers.isEmpty
    case .release, .wait, .refresh:
      return isNetBIOS || answers.first?.owner.name.netBIOSText(in: message) != nil
    }
  }
}
