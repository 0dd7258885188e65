using PerfFlow.Engine.Definitions;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Signers;

/// <summary>An open review in the hands of somebody who may decide it: what 加签, 委派, 退回到 and 抄送 begin with.</summary>
/// <param name="Filing">The case.</param>
/// <param name="Task">The open visit.</param>
/// <param name="Step">Its step.</param>
/// <param name="Post">The post that the step belongs to, whoever signs beside it.</param>
public sealed record HeldStep(FilingCase Filing, TaskRow Task, HumanStep Step, SeatPost Post)
{
    /// <summary>A reason shorter than this tells nobody anything.</summary>
    public const int MinReason = 5;

    public const int MaxReason = 500;

    /// <summary>Whoever stands in acts for the absent holder, to whom the step comes back.</summary>
    public static string By(Viewer viewer, TaskRow task) => SeatPost.Holder(viewer.StandingInFor(task)?.PersonId ?? viewer.UserId);

    /// <summary>Refusals: not-found for whoever does not see the case, task-not-yours, filler-never-reviews, visit-closed, act-not-allowed at a step where something is filled in.</summary>
    public static Outcome<HeldStep> Of(Viewer viewer, Outcome<FilingCase> found, int visit, RegionClock clock)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (found.Refusal is { } missing)
        {
            return missing;
        }

        var filing = found.Value;
        if (filing.Task is not { } task || filing.Step is not { } step || task.Visit != visit)
        {
            return Refusal.Conflict("visit-closed");
        }

        if (viewer.MayDecide(task, filing.FilledByReader) is { } refusal)
        {
            return refusal;
        }

        // What is filled in has one author, who hands it in or not; there is no review to share.
        if (step.Kind == "fill")
        {
            return Refusal.Conflict("act-not-allowed");
        }

        var row = filing.Case;
        return new HeldStep(filing, task, step, SeatPost.Of(null, clock.Get(row.RegionId), step.Role, row.UnitId, row.DepartmentId, row.SectionId));
    }

    /// <summary>Too short or too long; null = it will do.</summary>
    public static Refusal? CheckReason(string reason) => reason.Trim().Length switch
    {
        < MinReason => new Refusal("reason-too-short", MinReason) { Field = "reason" },
        > MaxReason => new Refusal("signers-reason-too-long", MaxReason) { Field = "reason" },
        _ => null,
    };
}
