import Catalog
public import Packets

/// What packets prove of watched flows while these go on.
extension FlowTable {
  /// Hands over the watched flows of which packets proved more since the last call, as they stand now.
  ///
  /// Only with `FlowTableOptions.tellsProgress`. A flow is handed over when a covered side reaches E3, and again at each
  /// better grade; its record at the end may say less, for what comes later may contradict (methodology T10, T13, T14).
  /// After `replace` all are handed over once more, 256 with each call.
  ///
  /// - Parameter body: Receives each record; its `endReason` says nothing.
  /// - Complexity: O(n) in the watched flows whose handshakes, acknowledged data or datagrams went on since.
  public mutating func takeProgress(_ body: (FlowRecord) -> Void) {
    noteToldBefore()
    for handle in progressed {
      // A flow that ended meanwhile has told all in its record, and its place may be another's.
      let watch = flows[handle].watch
      guard watch != 0, watches[watch].hasProgress else { continue }
      watches[watch].hasProgress = false
      guard flows[handle].isOpen, isReported(handle) else { continue }
      let record = record(handle, .endOfInput)
      let grade = record.coveredGrade
      guard grade >= .e3, grade.rawValue > watches[watch].toldGrade else { continue }
      watches[watch].toldGrade = grade.rawValue
      body(record)
    }
    progressed.removeAll(keepingCapacity: true)
  }

  /// Notes more of the flows of which the catalog before told: what was told of them counts no more.
  ///
  /// So many that their alerts, of which each takes a tenth of a millisecond, hold packets up no longer than usual.
  private mutating func noteToldBefore() {
    var left = Self.pieceOfTellingAnew
    for place in toldBefore.prefix(Self.pieceOfLook) where left > 0 {
      toldBefore = place + 1..<toldBefore.upperBound
      let handle = UInt32(place)
      let watch = flows[handle].watch
      guard flows[handle].isOpen, watch != 0 else { continue }
      left -= 1
      watches[watch].toldGrade = 0
      guard !watches[watch].hasProgress else { continue }
      watches[watch].hasProgress = true
      progressed.append(handle)
    }
  }

  static var pieceOfTellingAnew: Int { 256 }
  private static var pieceOfLook: Int { 65_536 }

  /// Notes a flow whose evidence may have grown with a packet.
  @inline(never)
  mutating func noteProgress(of handle: UInt32, _ packet: Packet, _ events: EvidenceEvents) {
    let watch = flows[handle].watch
    guard !watches[watch].hasProgress else { return }
    let mayProve =
      packet.ipProtocol == .tcp
      // The content of a connection whose data were acknowledged may prove a key exchange.
      ? !events.isDisjoint(with: [.ack, .ackedData])
        || watches[watch].ackedData != 0 && watches[watch].toldGrade < EvidenceGrade.e5.rawValue
          && !watches[watch].isContentOver
      : watches[watch].toldGrade < EvidenceGrade.e5.rawValue
    guard mayProve else { return }
    watches[watch].hasProgress = true
    progressed.append(handle)
  }
}

extension FlowRecord {
  /// The best grade of an endpoint that a catalog entry covers; E0 if none is.
  fileprivate var coveredGrade: EvidenceGrade {
    max(
      originatorCovers == .empty ? .e0 : originatorEvidence.grade,
      responderCovers == .empty ? .e0 : responderEvidence.grade)
  }
}

extension FlowTable {
  /// Lets time go on without packets, as on a quiet line: flows whose time has come end.
  ///
  /// - Parameter time: A time before which no more packets are expected; earlier than the latest packet it does nothing.
  public mutating func passTime(_ time: Timestamp) {
    if time > latest { advance(to: time) }
  }
}
