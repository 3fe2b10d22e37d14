/// YAML that is written, in block style.
enum YAMLText {
  /// A word of our own, or a value that the loader checks: plain where YAML would not take it for something else.
  case word(String)
  /// Text of others, in double quotes.
  case words(String)
  case list([YAMLText])
  case entry([(String, YAMLText)])

  /// The text of a file that holds this alone; the same for the same value.
  var file: String {
    var emitter = YAMLEmitter()
    write(to: &emitter)
    return emitter.finish()
  }

  private func write(to emitter: inout YAMLEmitter) {
    switch self {
    case .word(let text): emitter.scalar(text, isQuoted: YAMLValue.isNull(text))
    case .words(let text): emitter.scalar(text, isQuoted: true)
    case .list(let elements):
      emitter.beginList()
      for element in elements { element.write(to: &emitter) }
      emitter.endList()
    case .entry(let members):
      emitter.beginMapping()
      for (key, value) in members {
        YAMLText.word(key).write(to: &emitter)
        value.write(to: &emitter)
      }
      emitter.endMapping()
    }
  }
}
