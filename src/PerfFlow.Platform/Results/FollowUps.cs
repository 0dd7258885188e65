using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Results;

/// <summary>What this reader may make of a case now.</summary>
/// <param name="Order">下达整改.</param>
/// <param name="Propose">提出结果应用.</param>
/// <param name="Declare">认定拒不整改.</param>
public sealed record FollowUps(bool Order, bool Propose, bool Declare)
{
    public static readonly FollowUps None = new(false, false, false);

    public bool Any => Order || Propose || Declare;

    /// <param name="viewer">The reader.</param>
    /// <param name="filing">The case.</param>
    /// <param name="related">What came of it already, as far as the reader may see.</param>
    public static FollowUps Of(Viewer viewer, FilingCase filing, IReadOnlyList<RelatedCase> related)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(filing);
        ArgumentNullException.ThrowIfNull(related);
        var ended = filing.Case.Status == InstanceStatus.Finished;
        return new FollowUps(
            ended && OrderRectification.MayFollow(filing.Definition) && OrderRectification.WhyNot(viewer, filing.Case, filing.Definition) is null
                && !related.Any(r => !r.Origin && r.Definition == OrderRectification.Definition && r.State is not (Notices.CaseStates.Voided or Notices.CaseStates.Cancelled)),
            ended && ProposeResult.MayFollow(filing.Definition) && viewer.May(Right.ProposeResult, filing.Case) is null,
            DeclareRefusal.Offered(viewer, filing));
    }
}
