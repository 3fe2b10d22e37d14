/// Uids of flows inside text.
enum UIDText {
  private static let length = 18

  /// Writes others in place of all uids: words of `C` and 17 letters and digits, as `FlowUID` makes them, but for those that
  /// are an English word.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - uid: Gives what stands for a uid.
  /// - Returns: The text with them.
  /// - Complexity: O(n).
  static func replacing(in text: String, uid: (String) -> String) -> String {
    var output = ""
    var word = ""
    func finish() {
      output += isUID(word) ? uid(word) : word
      word = ""
    }
    for character in text {
      if character.isASCII, character.isLetter || character.isNumber {
        word.append(character)
      } else {
        finish()
        output.append(character)
      }
    }
    finish()
    return output
  }

  private static func isUID(_ word: String) -> Bool {
    word.utf8.count == length && word.first == "C" && !word.dropFirst().allSatisfy(\.isLowercase)
  }
}
