using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Notices;

/// <summary>What FIN_PERF may do to a case that is not its to decide.</summary>
public enum Measure
{
    /// <summary>免报: nothing to file. Only before anything was filed.</summary>
    Waive,

    /// <summary>作废: the case ends whatever its state.</summary>
    Void,

    /// <summary>准予延期: the open filing is due later.</summary>
    Extend,
}

/// <summary>
/// 免报, 作废 or 延期 of ticked cases, with one reason and an outcome per case (domain.md §3.0 T11; extension needs FIN_PERF).
/// </summary>
public sealed class MeasureCases(IDbContextFactory<PlatformDb> databases, WorkflowRunner runner, ParameterStore parameters)
{
    /// <param name="viewer">Who does it.</param>
    /// <param name="measure">What.</param>
    /// <param name="caseIds">The ticked cases; those out of sight are refused as not found.</param>
    /// <param name="reason">Why; kept beside each case.</param>
    /// <param name="dueOn">The new due day of an extension; a rest day moves on.</param>
    /// <param name="command">The ids of the single commands derive from it, so a repeat changes nothing.</param>
    /// <param name="ct">Stops the waiting.</param>
    public async Task<Outcome<BatchOutcome>> RunAsync(
        Viewer viewer, Measure measure, IReadOnlyList<long> caseIds, string reason, DateOnly? dueOn, Guid command, CancellationToken ct)
    {
        var right = measure switch { Measure.Waive => Right.Waive, Measure.Void => Right.Void, _ => Right.Extend };
        if (viewer.May(right) is { } refusal)
        {
            return refusal;
        }

        if (string.IsNullOrWhiteSpace(reason))
        {
            return new Refusal("notices-reason-required") { Field = "reason" };
        }

        if (measure == Measure.Extend && dueOn is null)
        {
            return new Refusal("extension-due-required") { Field = "dueOn" };
        }

        DateTimeOffset? due = measure == Measure.Extend ? parameters.Calendar(viewer.RegionId).DueInstant(dueOn!.Value) : null;
        await using var db = await databases.CreateDbContextAsync(ct);
        var cases = await db.Cases.AsNoTracking().VisibleTo(viewer).Where(c => caseIds.Contains(c.Id)).ToListAsync(ct);
        var fills = due is null
            ? []
            : await db.Tasks.AsNoTracking().Where(t => caseIds.Contains(t.CaseId) && t.Kind == "fill")
                .ToDictionaryAsync(t => t.CaseId, t => t.Visit, ct);
        var actor = NoticeActors.Performance(viewer);
        var answers = await Task.WhenAll(cases.ConvertAll(async c => (Case: c, Answer: await OneAsync(c))));
        var missing = caseIds.Except(cases.Select(c => c.Id)).Select(id => new CaseRefusal(id, 0, Refusal.NotFound()));
        return new BatchOutcome(
            answers.Count(a => a.Answer.Ok),
            [.. answers.Where(a => !a.Answer.Ok).Select(a => new CaseRefusal(a.Case.Id, a.Case.UnitId, a.Answer.Refusal!)), .. missing]);

        async Task<Outcome<CaseAnswer>> OneAsync(CaseRow c)
        {
            if (viewer.May(right, c) is { } not)
            {
                return not;
            }

            if (due is not null && !fills.ContainsKey(c.Id))
            {
                return await runner.RepeatedAsync(viewer.UserId, CommandId.Of($"{measure} {command} {c.Id}"), ct) is { } before ? before : Refusal.Conflict("nothing-to-extend");
            }

            return await runner.RunAsync(new CaseCommand
            {
                Id = CommandId.Of($"{measure} {command} {c.Id}"),
                CaseId = c.Id,
                Act = measure switch
                {
                    Measure.Waive => new Act.Waive(Facts.Empty),
                    Measure.Void => new Act.Void(Facts.Empty),
                    _ => new Act.Extend(fills[c.Id], due!.Value),
                },
                Actor = actor,
                Rows = [new FeatureRow(NoticeTables.Measures.Name, measure.ToString().ToLowerInvariant(), reason.Trim(), due)],
            }, ct);
        }
    }
}
