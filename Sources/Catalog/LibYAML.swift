import CYAML

/// What is wrong with a YAML file.
struct YAMLFault: Error {
  /// The line, from 1; 0 where it is not known.
  let line: Int
  /// A sentence: what is wrong and how to mend it.
  let message: String

  init(line: Int, message: String) { (self.line, self.message) = (line, message) }

  /// The fault of a text that is no YAML.
  init(line: Int, problem: String) {
    self.init(
      line: line, message: "is not valid YAML: \(problem); check indentation, quotes and brackets near here")
  }
}

/// The events of one YAML text, pulled one by one from libyaml.
///
/// With `YAMLEmitter` all unsafe code around libyaml.
@safe
struct YAMLParser: ~Copyable {
  /// Something that begins, ends or stands in the text.
  struct Event {
    enum Content {
      case document
      case list
      case mapping
      /// The end of the list, mapping or document that was begun last.
      case end
      /// Text; in plain style it stands without quotes.
      case scalar(String, isPlain: Bool)
      /// What stands at the anchor of that name.
      case alias(String)
      case endOfText
    }

    let content: Content
    /// The line on which it starts, from 1.
    let line: Int
    /// The name under which aliases mean it.
    var anchor: String?
    /// Whether text has a tag.
    var isTagged = false
  }

  /// It knows its own address and must not move.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  /// A copy of the text, which libyaml reads as it goes on.
  private let text: UnsafeMutableBufferPointer<UInt8>

  /// Opens a text.
  ///
  /// - Parameter bytes: UTF-8.
  init(_ bytes: [UInt8]) {
    unsafe text = .allocate(capacity: bytes.count)
    _ = unsafe text.initialize(from: bytes)
    unsafe parser = .allocate(capacity: 1)
    // It fails for want of memory alone, as every allocation of Swift does.
    precondition(unsafe yaml_parser_initialize(parser) == 1, "no memory")
    // No encoding is set: libyaml takes a byte order mark for text then. Of UTF-8 it knows that without being told.
    // All of `text` was initialized, and it lives as long as the parser.
    unsafe yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe text.deallocate()
  }

  /// The next event; after the end of the text, and after a fault, there is none to ask for.
  mutating func next() throws(YAMLFault) -> Event {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw fault }
    // It was filled, and is not read after it is deleted.
    defer { unsafe yaml_event_delete(&event) }
    let line = unsafe Int(event.start_mark.line) + 1
    // The member of the union that is read is the one of the event's type.
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT: return try next()
    case YAML_STREAM_END_EVENT: return Event(content: .endOfText, line: line)
    case YAML_DOCUMENT_START_EVENT: return Event(content: .document, line: line)
    case YAML_SEQUENCE_START_EVENT:
      return unsafe Event(content: .list, line: line, anchor: word(event.data.sequence_start.anchor))
    case YAML_MAPPING_START_EVENT:
      return unsafe Event(content: .mapping, line: line, anchor: word(event.data.mapping_start.anchor))
    case YAML_ALIAS_EVENT:
      return unsafe Event(content: .alias(word(event.data.alias.anchor) ?? ""), line: line)
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      // The value is that long, zeros included.
      let text = unsafe String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      let isPlain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
      return unsafe Event(
        content: .scalar(text, isPlain: isPlain), line: line, anchor: word(scalar.anchor), isTagged: scalar.tag != nil)
    default: return Event(content: .end, line: line)
    }
  }

  /// A name that libyaml ends with a zero, or nothing.
  private func word(_ start: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    unsafe start.map { unsafe String(decodingCString: $0, as: UTF8.self) }
  }

  /// What libyaml says of the failure; its texts are constants, ended with a zero.
  private var fault: YAMLFault {
    func says(_ text: UnsafePointer<CChar>?) -> String? { unsafe text.map { unsafe String(cString: $0) } }
    let problem = unsafe says(parser.pointee.problem) ?? ""
    switch unsafe parser.pointee.error {
    case YAML_READER_ERROR: return YAMLFault(line: 0, message: "is not valid YAML: \(problem)")
    case YAML_SCANNER_ERROR, YAML_PARSER_ERROR:
      let context = unsafe says(parser.pointee.context).map { "\($0) " } ?? ""
      return unsafe YAMLFault(line: Int(parser.pointee.problem_mark.line) + 1, problem: context + problem)
    default: return YAMLFault(line: 0, message: "cannot be read as YAML")
    }
  }
}

/// Writes one YAML text in block style by events; what is begun must be ended.
@safe
struct YAMLEmitter: ~Copyable {
  private let emitter: UnsafeMutablePointer<yaml_emitter_t>
  private let output: UnsafeMutablePointer<[UInt8]>

  init() {
    unsafe emitter = .allocate(capacity: 1)
    unsafe output = .allocate(capacity: 1)
    unsafe output.initialize(to: [])
    precondition(unsafe yaml_emitter_initialize(emitter) == 1, "no memory")
    unsafe yaml_emitter_set_encoding(emitter, YAML_UTF8_ENCODING)
    unsafe yaml_emitter_set_width(emitter, -1)
    // `output` lives as long as the emitter, and libyaml hands over `count` bytes.
    unsafe yaml_emitter_set_output(
      emitter,
      { output, bytes, count in
        unsafe output?.assumingMemoryBound(to: [UInt8].self).pointee
          .append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
        return 1
      }, output)
    unsafe emit { unsafe yaml_stream_start_event_initialize($0, YAML_UTF8_ENCODING) }
    unsafe emit { unsafe yaml_document_start_event_initialize($0, nil, nil, nil, 1) }
  }

  deinit {
    unsafe yaml_emitter_delete(emitter)
    unsafe emitter.deallocate()
    unsafe output.deinitialize(count: 1)
    unsafe output.deallocate()
  }

  mutating func beginList() {
    unsafe emit { unsafe yaml_sequence_start_event_initialize($0, nil, nil, 1, YAML_ANY_SEQUENCE_STYLE) }
  }

  mutating func endList() { unsafe emit { unsafe yaml_sequence_end_event_initialize($0) } }

  mutating func beginMapping() {
    unsafe emit { unsafe yaml_mapping_start_event_initialize($0, nil, nil, 1, YAML_ANY_MAPPING_STYLE) }
  }

  mutating func endMapping() { unsafe emit { unsafe yaml_mapping_end_event_initialize($0) } }

  /// Writes text of less than 2 GiB, in double quotes or as plain as it can be.
  mutating func scalar(_ text: String, isQuoted: Bool) {
    let style = isQuoted ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_ANY_SCALAR_STYLE
    let bytes = Array(text.utf8)
    // libyaml copies the bytes.
    unsafe bytes.withUnsafeBufferPointer { bytes in
      // An empty array may have no address, and libyaml wants one.
      var none: UInt8 = 0
      let length = Int32(bytes.count)
      unsafe withUnsafePointer(to: &none) { none in
        unsafe emit {
          unsafe yaml_scalar_event_initialize($0, nil, nil, bytes.baseAddress ?? none, length, 1, 1, style)
        }
      }
    }
  }

  /// Ends the text and gives it.
  consuming func finish() -> String {
    unsafe emit { unsafe yaml_document_end_event_initialize($0, 1) }
    unsafe emit { unsafe yaml_stream_end_event_initialize($0) }
    return unsafe String(decoding: output.pointee, as: UTF8.self)
  }

  /// Emits the event that `make` initializes; libyaml deletes it.
  ///
  /// Events in their order, of text that is UTF-8, fail for want of memory alone.
  private func emit(_ make: (UnsafeMutablePointer<yaml_event_t>) -> Int32) {
    var event = unsafe yaml_event_t()
    precondition(unsafe make(&event) == 1 && yaml_emitter_emit(emitter, &event) == 1, "events out of order")
  }
}
