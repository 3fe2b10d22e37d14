import Capture
import Flows
import POSIX
import Packets

/// The frames of a run for the tables of several threads: read by whichever thread has nothing else to do, and shown to all.
///
/// ```
///                one thread at a time      any thread          every thread
///   frames ──►        find           ──►     decode     ──►    its own table
/// ```
/// Frames go in trains, which are used again once all tables have seen them; there are so few that memory is bounded.
final class FrameSharing: @unchecked Sendable {
  /// A batch, and what keeps the bytes of its frames.
  ///
  /// Belongs to the thread that reads, and then to all, which change nothing.
  private final class Parcel: @unchecked Sendable {
    var batch: SharedBatch
    var bytes: FrameBytes?

    init(_ batch: consuming SharedBatch) { self.batch = batch }
  }

  /// Some parcels, how many of them are filled, and what ends with the last one; otherwise as a parcel.
  private final class Train: @unchecked Sendable {
    let parcels: [Parcel]
    var count = 0
    var end: FrameReading.End?

    init(_ parcels: [Parcel]) { self.parcels = parcels }
  }

  private struct State {
    /// Whether a thread finds frames.
    var isReading = false
    /// Trains whose frames were found; none comes after the last one.
    var found = 0
    var hasEnded = false
    /// Whether the frames of a train are decoded, by its place.
    var isDecoded: [Bool]
    /// For each table, trains that it has seen.
    var seen: [Int]
    /// For each table, of how many stretches it said what its flows say of floods, and what of the latest two.
    var said: [Int]
    var words: [[FlowTable.FloodMarks?]]
    var totals = FrameTotals()
    var consumedByteCount: UInt64 = 0
    var failure: CaptureError?

    /// Whether a thread may find the frames of a train: nobody else does, and there is one that all have seen.
    func mayRead(_ trains: Int) -> Bool {
      !isReading && !hasEnded && failure == nil && found - (seen.min() ?? 0) < trains
    }
  }

  /// What a thread is to do.
  private enum Turn<Result> {
    case read(Int)
    case go(Result)
  }

  /// Batches of a train: so many that taking turns costs little beside what it holds.
  private static let trainLength = 4
  /// Trains at a time; more take more room in the caches.
  private static let trainCount = 6

  private let reading: FrameReading
  private let sensors: [Int]
  private let trains: [Train]
  private var sequence: FrameSequence
  private let state: Monitor<State>

  /// Makes the sharing of a run.
  ///
  /// - Parameters:
  ///   - reading: The frames; nobody else reads them.
  ///   - sensors: For each input, the sensor at which it was captured.
  ///   - decoder: Decodes them.
  ///   - table: One of the tables.
  ///   - count: How many tables there are.
  init(
    of reading: FrameReading, sensors: [Int], decoder: Packets.Decoder, for table: borrowing FlowTable, count: Int
  ) {
    self.reading = reading
    self.sensors = sensors
    var trains: [Train] = []
    for _ in 0..<Self.trainCount {
      var parcels: [Parcel] = []
      for _ in 0..<Self.trainLength {
        parcels.append(Parcel(SharedBatch(table.makeBatch(decoder: decoder), tables: count)))
      }
      trains.append(Train(parcels))
    }
    self.trains = trains
    sequence = table.frameSequence
    state = Monitor(
      State(
        isDecoded: Array(repeating: false, count: Self.trainCount), seen: Array(repeating: 0, count: count),
        said: Array(repeating: 0, count: count), words: Array(repeating: [nil, nil], count: count)))
  }

  /// Frames decoded so far.
  var totals: FrameTotals { state.read { $0.totals } }

  /// Bytes of the inputs read so far, as they lie on the disk; told when a stretch ends.
  var consumedByteCount: UInt64 { state.read { $0.consumedByteCount } }

  /// Shows the next frames to a table, up to the end of a stretch.
  ///
  /// - Parameters:
  ///   - table: The table, which nobody else uses.
  ///   - index: Which one it is.
  /// - Returns: What ended with the last frame.
  /// - Throws: What reading threw, to each thread.
  func readStretch(into table: inout FlowTable, _ index: Int) throws(CaptureError) -> FrameReading.End {
    while case .train(let place) = takeTurns(index, ahead: 2, { Self.next(for: index, $0) }) {
      let train = trains[place]
      for parcel in train.parcels.prefix(train.count) {
        parcel.bytes?.withBytes { table.observe(parcel.batch, bytes: $0) }
      }
      let end = train.end
      state.change { $0.seen[index] += 1 }
      if let end { return end }
    }
    if let failure = state.read({ $0.failure }) { throw failure }
    return .run
  }

  /// What comes next for a table.
  private enum Next {
    case train(Int)
    case end
  }

  /// What comes next for a table, unless it is to be waited for.
  private static func next(for index: Int, _ state: State) -> Next? {
    if state.failure != nil { return .end }
    let place = state.seen[index] % trainCount
    guard state.seen[index] < state.found else { return state.hasEnded ? .end : nil }
    return state.isDecoded[place] ? .train(place) : nil
  }

  /// Tells the others what a thread's flows say of floods in a stretch that has ended, and waits for what theirs say.
  ///
  /// - Parameters:
  ///   - marks: What they say.
  ///   - index: Which thread it is.
  /// - Returns: What all say together; what this thread says if the others were closed.
  func exchange(_ marks: FlowTable.FloodMarks, from index: Int) -> FlowTable.FloodMarks {
    let stretch = state.change { state in
      defer { state.said[index] += 1 }
      // What stood here was of the stretch before the last, which all have ended.
      state.words[index][state.said[index] % 2] = marks
      return state.said[index]
    }
    let others = takeTurns(index) { state -> [FlowTable.FloodMarks]? in
      if state.failure != nil { return [] }
      guard state.said.allSatisfy({ $0 > stretch }) else { return nil }
      return state.words.indices.compactMap { $0 == index ? nil : state.words[$0][stretch % 2] }
    }
    var all = marks
    all.merge(others)
    return all
  }

  /// Ends the run for all threads.
  ///
  /// - Parameter failure: Why.
  func close(_ failure: CaptureError) { state.change { $0.failure = $0.failure ?? failure } }

  /// Waits for something, and reads frames meanwhile.
  ///
  /// - Parameters:
  ///   - index: Whose thread waits.
  ///   - ahead: How many trains are to be found before its table has seen all.
  ///   - ready: Gives what is waited for, once it is there.
  /// - Returns: What is waited for.
  private func takeTurns<Result>(_ index: Int, ahead: Int = 0, _ ready: (State) -> Result?) -> Result {
    while true {
      let turn = state.wait { state -> Turn<Result>? in
        let result = ready(state)
        if let result, state.found - state.seen[index] >= ahead { return .go(result) }
        if state.mayRead(Self.trainCount) {
          state.isReading = true
          return .read(state.found % Self.trainCount)
        }
        return result.map { .go($0) }
      }
      switch turn {
      case .go(let result): return result
      case .read(let place): read(place)
      }
    }
  }

  /// Finds the frames of a train, lets others find the next, and decodes them.
  private func read(_ place: Int) {
    let train = trains[place]
    var failure: CaptureError?
    do throws(CaptureError) {
      try find(train)
    } catch { failure = error }
    let consumed = train.end == nil ? nil : reading.source.consumedByteCount
    state.change { state in
      state.failure = state.failure ?? failure
      state.consumedByteCount = consumed ?? state.consumedByteCount
      state.hasEnded = train.end == .run
      state.isDecoded[place] = false
      state.found += 1
      state.isReading = false
    }
    var totals = FrameTotals()
    for parcel in train.parcels.prefix(train.count) {
      parcel.bytes?.withBytes { parcel.batch.decode(from: $0, sensor: sensors[Int(parcel.batch.batch.file)]) }
      totals.add(parcel.batch.batch)
    }
    state.change { state in
      state.totals.add(totals)
      state.isDecoded[place] = true
    }
  }

  private func find(_ train: Train) throws(CaptureError) {
    train.count = 0
    train.end = nil
    // What a call may give must have room.
    while train.end == nil, (Self.trainLength - train.count) * PacketBatch.capacity >= FrameCursor.capacity {
      train.end = try reading.next { frames, _ in
        guard let bytes = frames.bytes else { preconditionFailure("the bytes of frames that are shared are not kept") }
        while train.parcels[train.count].batch.find(in: &sequence, { frames.next(into: &$0) }) > 0 {
          train.parcels[train.count].bytes = bytes
          train.count += 1
          if train.count == Self.trainLength { break }
        }
      }
    }
  }
}
