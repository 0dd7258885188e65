using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Signers;

/// <summary>To whom the holder of a step shows the case.</summary>
public sealed record CasesShown(int Visit, IReadOnlyList<long> People, string Text);

/// <summary>抄送: the case is shown to people who may see it; nothing moves, each has it in their bell and under 抄送我.</summary>
public sealed class CopyCase(FilingCases filings, WorkflowRunner runner, RegionClock clock, IDbContextFactory<PlatformDb> databases)
{
    /// <summary>More than this is a notice.</summary>
    public const int Most = 50;

    /// <summary>Refusals: not-found, task-not-yours, visit-closed, signers-unknown, signers-reason-too-long.</summary>
    public async Task<Outcome<CaseAnswer>> RunAsync(Viewer viewer, long caseId, CasesShown shown, Guid commandId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(shown);
        if (await runner.RepeatedAsync(viewer.UserId, commandId, ct) is { } before)
        {
            return before;
        }

        var found = HeldStep.Of(viewer, await filings.FindAsync(viewer, caseId, ct), shown.Visit, clock);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        var held = found.Value;
        await using var db = await databases.CreateDbContextAsync(ct);
        var may = (await Candidates.ToReadAsync(db, held.Filing, viewer.UserId, clock, ct)).Select(c => c.UserId).ToHashSet();
        var people = shown.People.Distinct().ToList();
        if (people.Count is 0 or > Most || people.Exists(person => !may.Contains(person)))
        {
            return new Refusal("signers-unknown") { Field = "people" };
        }

        if (shown.Text.Trim().Length > HeldStep.MaxReason)
        {
            return new Refusal("signers-reason-too-long", HeldStep.MaxReason) { Field = "reason" };
        }

        var now = clock.Now(held.Filing.Case.RegionId);
        return await runner.RunAsync(
            new CaseCommand
            {
                Id = commandId,
                CaseId = caseId,
                Act = new Act.Copy(shown.Visit, [.. people.Select(SeatPost.Holder)]),
                Actor = new Actor(viewer.UserId, held.Task.Role, held.Task.OrganisationId),
                Rows = [.. people.Select(person => new FeatureRow(CopyRow.Table.Name, shown.Visit, person, shown.Text.Trim(), now))],
            }.SignedBy(viewer, held.Task),
            ct);
    }
}
