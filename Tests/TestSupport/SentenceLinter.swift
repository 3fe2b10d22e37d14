/// The rules of language for every sentence that the program writes itself (methodology 4.1, 7 b).
public enum SentenceLinter {
  /// What is wrong with a sentence.
  ///
  /// - Parameters:
  ///   - sentence: The sentence.
  ///   - actors: Names of actors, in lower case; none may be the subject of an attack.
  /// - Returns: A few words for each fault; empty if there is none.
  public static func faults(_ sentence: String, actors: [String]) -> [String] {
    var faults = wordFaults(sentence, actors: actors)
    let text = sentence.lowercased()
    let isScale = text.hasPrefix("\"likely\" means")
    if text.contains("likely") && text.contains("confidence") && !isScale { faults.append("likelihood and confidence") }
    if !sentence.hasSuffix(".") { faults.append("no full stop") }
    if text.contains("  ") || text.contains(" ,") || text.contains(" .") || text.contains("..") || text.contains("()") {
      faults.append("typography")
    }
    return faults
  }

  /// What is wrong with the words of a text of any length.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - actors: Names of actors, in lower case.
  /// - Returns: A few words for each fault; empty if there is none.
  public static func wordFaults(_ text: String, actors: [String]) -> [String] {
    let text = text.lowercased()
    let words = text.split { !$0.isLetter && $0 != "-" }.map(String.init)
    var faults: [String] = []
    for phrase in ["confirmed attacker", "hacked by", "beyond doubt", "almost certain", "nearly certain"]
    where text.contains(phrase) {
      faults.append(phrase)
    }
    for word in ["proves", "proven", "definitely", "certainly", "guilty"] where words.contains(word) {
      faults.append(word)
    }
    let verbs = [
      "attacked", "attacks", "hacked", "hacks", "intruded", "connected", "connects", "contacted", "breached", "stole",
      "sent", "targeted", "compromised", "scanned", "opened", "did",
    ]
    for actor in actors {
      for verb in verbs where text.contains("\(actor) \(verb)") || text.contains("\(actor) has \(verb)") {
        faults.append("\(actor) as subject of \(verb)")
      }
    }
    return faults
  }
}
