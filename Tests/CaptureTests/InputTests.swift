import Capture
import Packets
import TestSupport
import Testing

/// Paths in, rows of custody out.
@Suite struct InputTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  func failure(_ paths: [String]) -> CaptureError? {
    do throws(CaptureError) { _ = try readAll(paths) } catch { return error }
    return nil
  }

  @Test func whatIsNoCapture() throws {
    #expect(failure([bench.folder + "/none"])?.code == .unreadable)
    #expect(failure([bench.folder + "/none"])?.description.contains("/none' cannot be read: No such file") == true)
    for (content, word) in [
      ([], "it is empty"), ([0xA1, 0xB2], "no known capture format"), (Array("BZh9".utf8), "bzip2"),
      (Array("snoop".utf8) + [0, 0, 0], "snoop"), (Array("PK".utf8) + [3, 4], "zip"),
      (Array(CaptureWriter.pcapHeader().prefix(20)), "ends inside its file header"),
      (Array(PcapNGWriter().bytes.prefix(20)), "ends inside its section header"),
      ([0x1F, 0x8B, 8, 0], "gzip data are cut off"),
    ] as [([UInt8], String)] {
      let path = try bench.write(content, "x")
      let error = try #require(failure([path]))
      #expect(error.code == .notACapture && error.description.contains(word), "\(error.description)")
      #expect(error.description.contains(path))
    }
  }

  @Test func folders() throws {
    let frames = randomFrames(5, seed: 40)
    try bench.write(CaptureWriter.pcap(frames), "b/2.pcap")
    try bench.write(CaptureWriter.pcapng(frames), "b/c/1")
    try bench.write(Array("hello".utf8), "b/readme.txt")
    try bench.write([], "empty")
    try bench.shell("ln -s b/2.pcap link; ln -s b folder-link; ln -s nowhere broken; mkfifo pipe")
    let result = try readAll([bench.folder])
    // The link sorts behind the file it points to.
    #expect(result.inputs.map(\.name) == [bench.folder + "/b/2.pcap", bench.folder + "/b/c/1"])
    #expect(
      result.skipped.map { String($0.name.dropFirst(bench.folder.count + 1)) } == [
        "b/readme.txt", "broken", "empty", "folder-link", "link", "pipe",
      ])
    #expect(result.skipped.allSatisfy { $0.reason.hasSuffix(".") && $0.reason.count > 10 })
    // A folder that ends with a slash is not named twice.
    #expect(try readAll([bench.folder + "/b/"]).inputs.map(\.name) == result.inputs.map(\.name))
  }

  @Test func oneFileNamedTwice() throws {
    let frames = randomFrames(5, seed: 41)
    let path = try bench.write(CaptureWriter.pcap(frames), "1.pcap")
    try bench.shell("ln 1.pcap 2.pcap")
    let result = try readAll([bench.folder + "/2.pcap", path, path, bench.folder + "/./1.pcap"])
    #expect(result.inputs.count == 1 && result.skipped.count == 3 && result.frames == expected(frames))
    // A text named itself is an error even if its folder is named too.
    let text = try bench.write(Array("hello".utf8), "text")
    #expect(failure([bench.folder, text])?.code == .notACapture)
    #expect(failure([bench.folder]) == nil)
  }

  @Test func digests() throws {
    // FIPS 180-4 has no example of a capture; this one was computed with sha256sum.
    let path = try bench.write(CaptureWriter.pcapHeader() + [1, 2, 3])
    for threads in [0, 2] {
      var options = CaptureOptions()
      options.threads = threads
      let row = try #require(try readAll([path], options: options).inputs.first)
      #expect(
        row.sha256 == "df89fe039057b521d6bf1f15231534f3f07d2063449c16bff5244eb8f5af5b1f" && row.byteCount == 27
          && row.damage?.frame == 1)
      options.hashesInputs = false
      #expect(try readAll([path], options: options).inputs.first?.sha256 == nil)
    }
    for index in 0..<100 { try bench.write(CaptureWriter.pcapHeader() + [1, 2, 3], "many/\(index)") }
    #expect(
      try readAll([bench.folder]).inputs.allSatisfy {
        $0.sha256 == "df89fe039057b521d6bf1f15231534f3f07d2063449c16bff5244eb8f5af5b1f"
      })
  }

  @Test func progress() throws {
    for index in 0..<3 { try bench.write(CaptureWriter.pcap(randomFrames(600, seed: UInt64(index))), "\(index)") }
    var source = try CaptureSource(paths: [bench.folder], options: CaptureOptions())
    let known = source.totalByteCount
    let total = try #require(known)
    var last: UInt64 = 0
    while try source.nextBatch({ _, _ in }) {
      let consumed = source.consumedByteCount
      #expect(consumed >= last && consumed <= total)
      last = consumed
    }
    let (consumed, inputs) = (source.consumedByteCount, source.inputs)
    #expect(consumed == total && total == inputs.reduce(0) { $0 + $1.byteCount })
    // After the end it stays ended.
    let more = try source.nextBatch { _, _ in }
    #expect(!more)
  }

  /// A source given up early leaves nothing that crashes later.
  @Test func givenUp() throws {
    try bench.write(CaptureWriter.pcap(randomFrames(20_000, seed: 42)), "plain")
    if Workbench.hasTool("gzip") { try bench.shell("gzip -c plain > packed") }
    for _ in 0..<20 {
      var source = try CaptureSource(paths: [bench.folder], options: CaptureOptions())
      let more = try source.nextBatch { _, _ in }
      #expect(more)
    }
  }

  @Test func removedAfterTheLook() throws {
    try bench.write(CaptureWriter.pcap(randomFrames(3, seed: 43)), "1")
    try bench.write(CaptureWriter.pcap(randomFrames(3, seed: 44, start: 1_800_000_000_000_000_000)), "2")
    for isStrict in [false, true] {
      try bench.write(CaptureWriter.pcap(randomFrames(3, seed: 44, start: 1_800_000_000_000_000_000)), "2")
      var options = CaptureOptions()
      options.strict = isStrict
      var source = try CaptureSource(paths: [bench.folder], options: options)
      try bench.shell("rm 2")
      var error: CaptureError?
      do throws(CaptureError) { while try source.nextBatch({ _, _ in }) {} } catch let caught { error = caught }
      #expect(error?.code == (isStrict ? .damaged : nil))
      let inputs = source.inputs
      #expect(inputs.map(\.packetCount) == [3, 0] && inputs[1].damage != nil)
    }
  }

  /// A capture of more bytes than are read at once, and what is left of it once its beginning was read.
  private func reading(_ path: String, threads: Int, change: () throws -> Void) throws -> CaptureInput {
    var options = CaptureOptions()
    options.threads = threads
    var source = try CaptureSource(paths: [path], options: options)
    var isChanged = false
    while try source.nextBatch({ _, _ in }) {
      if !isChanged { try change() }
      isChanged = true
    }
    return source.inputs[0]
  }

  @Test(arguments: [0, 2]) func aFileThatIsCutShortWhileItIsRead(threads: Int) throws {
    let frames = randomFrames(20_000, seed: 45)
    let path = try bench.write(CaptureWriter.pcap(frames))
    let row = try reading(path, threads: threads) { try bench.shell("truncate -s 1000000 a.pcap") }
    let damage = try #require(row.damage)
    #expect(damage.reason.contains("the file was cut short while it was read, before or inside frame"))
    #expect(row.packetCount > 1_000 && row.packetCount < 20_000)
    #expect(damage.offset <= 1_000_000 && damage.frame == row.packetCount + 1)
    // Without a thread the digest was ready before the file changed.
    #expect(threads == 0 ? row.sha256 != nil : true)
  }

  @Test func aFileThatGrowsWhileItIsReadIsTheOneThatWasOpened() throws {
    let frames = randomFrames(20_000, seed: 46)
    let bytes = CaptureWriter.pcap(frames)
    let path = try bench.write(bytes)
    let row = try reading(path, threads: 0) { try bench.shell("head -c 1000000 /dev/zero >> a.pcap") }
    #expect(row.damage == nil && row.packetCount == 20_000 && row.byteCount == UInt64(bytes.count))
  }

  @Test func aFileThatIsReplacedWhileManyAreOpen() throws {
    // The others are open all the time, and more of them than stay open: the last one is opened anew for each read.
    let others = 300
    for index in 0..<others {
      let frames = [TimedFrame(Timestamp(nanoseconds: Int64(index)), [1]), TimedFrame(Timestamp(seconds: 9_000), [2])]
      try bench.write(CaptureWriter.pcapng(frames), "\(1_000 + index)")
    }
    let path = try bench.write(CaptureWriter.pcap(randomFrames(5_000, seed: 47, start: 1_000_000_000)), "last")
    var source = try CaptureSource(paths: [bench.folder], options: plainOptions)
    // The frames of the others, and the first ones of the last file.
    for _ in 0..<others + 2 { #expect(try source.nextBatch { _, _ in }) }
    try bench.shell("mv last gone; cp gone last")
    while try source.nextBatch({ _, _ in }) {}
    let damaged = source.inputs.filter { $0.damage != nil }
    #expect(damaged.map(\.name) == [path])
    #expect(damaged.first?.damage?.reason.contains("the file was replaced while it was read") == true)
  }
}
