import Packets

/// Reads one list piece by piece.
protocol NetworkListReader {
  /// What was read so far.
  var list: NetworkList { get }
  /// How many lines were read so far; 0 where the format has none.
  var lineCount: Int { get }
  /// Why the file cannot be read to its end: a clause.
  var failure: String? { get }
  /// Reads the next piece of the file.
  mutating func append(_ piece: [UInt8])
  /// Says that there is no more.
  mutating func finish()
}

/// What came of a list file.
struct ListResult {
  var list: NetworkList
  var lineCount = 0
  /// Why the list may not be used: a sentence with the file's name.
  var failure: String?
  /// SHA-256 of the file, lower-case hex; empty if it could not be read.
  var sha256 = ""
}

extension CatalogFiles {
  /// Reads a list file of any format.
  ///
  /// - Parameters:
  ///   - path: The path.
  ///   - name: The file's name within the catalog.
  ///   - format: How it is written.
  ///   - selection: Which entries are meant; without problems.
  ///   - besides: The file next to which further files lie.
  ///   - policy: What is taken.
  ///   - start: The first moment of which the list is to speak, for formats that date their entries.
  /// - Returns: The list with what was wrong.
  mutating func readList(
    _ path: String, name: String, _ format: ListFormat, _ selection: ListSelection, besides: String,
    _ policy: NetworkList.Policy, from start: Timestamp? = nil
  ) -> ListResult {
    func lines<Format: LineFormat>(_ format: Format) -> any NetworkListReader { LineList(format, policy) }
    var reader: any NetworkListReader
    switch format {
    case .netset: reader = lines(NetsetLines())
    case .csv: reader = lines(CSVLines())
    case .zeekIntel: reader = lines(ZeekIntelLines())
    case .rirDelegated: reader = lines(DelegationLines(country: selection.country, status: selection.status))
    case .maltrail: reader = lines(TrailLines())
    case .suricataIPRep:
      switch wantedCategories(selection, besides: besides, policy) {
      case .success(let wanted):
        reader = lines(ReputationLines(minimum: selection.minimumReputation ?? 0, categories: wanted))
      case .failure(let failure):
        return ListResult(list: NetworkList(.line, policy), failure: failure.message)
      }
    case .mispWarninglist: reader = JSONList(WarninglistVisitor(policy))
    case .json: reader = JSONList(AnyNetworkVisitor(policy))
    case .stix: reader = JSONList(STIXVisitor(policy, from: start))
    case .mmdb: reader = MaxMindList(path: path, match: selection.match.flatMap(MaxMindMatch.init), policy)
    }
    var isFirst = true
    var isCompressed = false
    let fault = read(path, name: name) { piece in
      if isFirst { isCompressed = piece.starts(with: [0x1F, 0x8B]) }
      isFirst = false
      if !isCompressed { reader.append(piece) }
    }
    let short = Spelling.short(name)
    if let fault { return ListResult(list: reader.list, failure: "\(short): \(fault)") }
    if isCompressed {
      return ListResult(
        list: reader.list, failure: "\(short) is compressed; unpack it with gunzip and name what comes out",
        sha256: latestSHA256)
    }
    reader.finish()
    var result = ListResult(list: reader.list, lineCount: reader.lineCount, sha256: latestSHA256)
    if let failure = reader.failure {
      result.failure = "\(short) \(failure)"
    } else if result.list.isFull {
      result.failure = "\(short) has more than \(NetworkList.mostPrefixes) networks; split it, or aggregate them"
    } else if result.list.prefixes.isEmpty {
      // An empty list would silently leave shared addresses unmarked.
      result.failure = "\(short) holds no usable network; check the file and its format"
    }
    return result
  }

  private struct CategoryFailure: Error {
    let message: String
  }

  /// The numbers of the wanted categories, by the file that names them.
  private mutating func wantedCategories(
    _ selection: ListSelection, besides: String, _ policy: NetworkList.Policy
  ) -> Result<Set<Int>, CategoryFailure> {
    var numbers: [String: Int] = [:]
    if let file = selection.categoriesPath {
      var names = LineList(CategoryLines(), policy)
      if let fault = read(CatalogFiles.path(file, besides: besides), name: file, body: { names.append($0) }) {
        return .failure(CategoryFailure(message: "\(Spelling.short(file)): \(fault)"))
      }
      names.finish()
      numbers = names.format.numbers
    }
    var wanted: Set<Int> = []
    for word in selection.categories {
      guard let number = numbers[word] ?? Int(word) else {
        let hint = Spelling.nearest(to: word, in: numbers.keys.sorted()).map { "did you mean '\($0)'?" }
        return .failure(
          CategoryFailure(
            message:
              "the category '\(Spelling.short(word))' is neither a number nor a short name of 'categories_path'; "
              + (hint ?? "name a category that the list has")))
      }
      wanted.insert(number)
    }
    return .success(wanted)
  }
}
