import Assessment
import Capture
import Catalog
import Flows
import POSIX
import Packets
import Reports

/// How a live capture changes its catalog (SIGHUP).
extension LiveRun {
  /// Begins to load the catalog anew where it was asked for; what is asked for meanwhile waits.
  func beginCatalog() {
    guard !changeover.isUnderway, LiveSignals.takeCatalogRequest() else { return }
    let (options, sensors, context) = (catalogOptions, catalog.sensors, assessment.context)
    let hasBegun = changeover.begin {
      guard let new = options.reload(), new.sensors == sensors else { return nil }
      return CaseAssessment(catalog: new, context: context)
    }
    if !hasBegun { Console.note("warning: The system has no thread to spare for the catalog; it stays as it is.") }
  }

  /// Goes on with a catalog that is on its way.
  func prepareCatalog() {
    guard changeover.isUnderway, changeover.goOn(&intake.table, record, journal) == .refused else { return }
    Console.note(
      "warning: The catalog is invalid, or its sensors are others; the one from before is used on. Sensors change only "
        + "with a new run.")
  }

  /// Exchanges everything that rests on the catalog, if the new one is ready; to be called right after `drain`.
  func exchangeCatalog() {
    guard changeover.isReady, let (next, reassessed) = changeover.take(journal) else { return }
    let (old, new) = (assessment, next.catalog)
    let change = Report.CatalogChange(
      time: Timestamp.now, old: catalog.sha256, new: new.sha256, reassessedFlows: reassessed,
      otherFlows: journal.end - reassessed)
    changes.append(change)
    store?.replace(new, change)
    feed.replace(new)
    view?.replace(new)
    let judge = next.judge
    // While the table still knows which flows the old catalog watched.
    intake.table.showWatched(limit: .max) { record in
      var record = record
      record.cover(by: new.prefixes, wasWatched: true)
      feed.revise(record, judge.assess(record))
    }
    let lookBack = LiveRecord.replace(of: &intake.table, record)
    (assessment, catalog) = (next, new)
    log?.replace(new)
    outlets.replace(new)
    // It is large, and a thread that nobody waits for gives it back.
    _ = startThread(mayWait: true) { withExtendedLifetime(old) {} }
    Console.note(
      "The catalog was loaded anew: \(new.actors.count) actors, \(new.claims.count) claims, \(new.overlays.count) lists, "
        + "sha256 \(new.sha256.prefix(8)); \(change.reassessedFlows) flows that ended are assessed again, "
        + "\(change.otherFlows) are not.")
    if let lookBack { Console.note(lookBack) }
  }

  /// Says that a catalog came too late.
  func noteLateCatalog() {
    guard changeover.isUnderway || LiveSignals.takeCatalogRequest() else { return }
    Console.note(
      "warning: The capture ended before the catalog was loaded anew; the one from before was used to the end.")
  }
}
