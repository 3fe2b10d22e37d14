public import Assessment
/// Placeholder.
public enum ReportFormat { case text }
