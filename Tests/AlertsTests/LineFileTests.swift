import Alerts
import Foundation
import Testing

@Suite struct LineFileTests {
  @Test func linesAreAppended() throws {
    let folder = try TestFolder()
    try "earlier\n".write(toFile: folder.path("a.jsonl"), atomically: false, encoding: .utf8)
    let sink = LineFileSink(path: folder.path("a.jsonl"))
    #expect(sink.deliver(.sample(1)) == .taken)
    #expect(sink.deliver(.sample(2)) == .taken)
    #expect(folder.text("a.jsonl") == "earlier\n{\"number\":1}\n{\"number\":2}\n")
  }

  @Test func movedFileIsBegunAnew() throws {
    let folder = try TestFolder()
    let sink = LineFileSink(path: folder.path("a.jsonl"))
    #expect(sink.deliver(.sample(1)) == .taken)
    try FileManager.default.moveItem(atPath: folder.path("a.jsonl"), toPath: folder.path("a.jsonl.1"))
    #expect(sink.deliver(.sample(2)) == .taken)
    try FileManager.default.removeItem(atPath: folder.path("a.jsonl"))
    #expect(sink.deliver(.sample(3)) == .taken)
    #expect(folder.text("a.jsonl.1") == "{\"number\":1}\n")
    #expect(folder.text("a.jsonl") == "{\"number\":3}\n")
  }

  @Test func folderThatIsGoneIsWaitedFor() throws {
    let folder = try TestFolder()
    let path = folder.path("sub/a.jsonl")
    #expect(LineFileSink.fault(of: path) != nil)
    let lane = AlertLane(name: "file", backoff: .quick) { LineFileSink(path: path) }
    #expect(lane.offer(.sample()))
    #expect(eventually { lane.figures.retries > 2 })
    try FileManager.default.createDirectory(atPath: folder.path("sub"), withIntermediateDirectories: true)
    #expect(eventually { lane.figures.taken == 1 })
    #expect(folder.text("sub/a.jsonl") == "{\"number\":1}\n")
    lane.close()
  }

  @Test(.enabled(if: geteuid() == 0, "skipped: a disk of its own takes root"))
  func aLineThatADiskTakesInPartIsTakenBack() throws {
    let folder = try TestFolder()
    let disk = folder.path("disk")
    func run(_ command: String...) throws -> Int32 {
      let process = try Process.run(URL(filePath: "/usr/bin/env"), arguments: command)
      process.waitUntilExit()
      return process.terminationStatus
    }
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    try #require(try run("mount", "-t", "tmpfs", "-o", "size=8k", "ascribe-test", disk) == 0)
    defer { _ = try? run("umount", "-l", disk) }
    // Four bytes of room.
    let line = String(repeating: "a", count: 8_187) + "\n"
    try line.write(toFile: disk + "/a.jsonl", atomically: false, encoding: .utf8)
    let sink = LineFileSink(path: disk + "/a.jsonl")
    #expect(sink.deliver(.sample()) == .unreachable("the file cannot be written: No space left on device"))
    let isAsBefore = folder.text("disk/a.jsonl") == line
    #expect(isAsBefore)
  }

  @Test(.timeLimit(.minutes(1)))
  func aFifoIsWrittenWhileSomebodyReadsItAndNeverWaitedFor() throws {
    let folder = try TestFolder()
    let path = folder.path("fifo")
    // The path lives through the calls.
    #expect(unsafe mkfifo(path, 0o600) == 0)
    #expect(LineFileSink.fault(of: path) == "nobody reads this pipe")
    let sink = LineFileSink(path: path)
    #expect(sink.deliver(.sample(1)) == .unreachable("the file cannot be opened: nobody reads this pipe"))
    let reader = unsafe open(path, O_RDONLY | O_NONBLOCK)
    #expect(reader >= 0 && sink.deliver(.sample(2)) == .taken)
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = unsafe read(reader, &bytes, bytes.count)
    #expect(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self) == "{\"number\":2}\n")
    close(reader)
  }

  @Test func fullDiskIsSaid() {
    let sink = LineFileSink(path: "/dev/full")
    #expect(sink.deliver(.sample()) == .unreachable("the file cannot be written: No space left on device"))
  }
}
