using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Submissions;

/// <summary>
/// Reads <see cref="CaseInHand"/> for whoever decides. Those who ask while the readers are at work are read together next, all
/// tables of all of them in one round trip: what a decision reads costs the database a fraction of one. A read begins after
/// everybody whom it answers has asked, so nobody is told less than a read of his own would tell. It goes over the runner's
/// connections, on which statements stay prepared: planning these queries takes several times as long as answering them.
/// </summary>
public sealed class CasesInHand
{
    private const int Readers = 2;
    private const int MostAtOnce = 64;

    private readonly DefinitionCatalog catalog;
    private readonly CaseInHandRows.Reader reader;
    private readonly Gathering<Asked, CaseInHandRows> reads;

    public CasesInHand(RunnerDatabase database, IDbContextFactory<PlatformDb> databases, DefinitionCatalog catalog)
    {
        this.catalog = catalog;
        using var db = databases.CreateDbContext();
        reader = new(database, db.Model);
        reads = new(Readers, MostAtOnce, ReadAsync);
    }

    /// <summary>The case as this reader sees it; refused as not found where it does not exist for him.</summary>
    /// <param name="viewer">The reader.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="extensions">Requests for more time are wanted too; without, none are told.</param>
    /// <param name="ct">Gives up waiting.</param>
    public async Task<Outcome<CaseInHand>> FindAsync(Viewer viewer, long caseId, bool extensions, CancellationToken ct)
    {
        var rows = await reads.AskAsync(new Asked(caseId, extensions)).WaitAsync(ct);
        if (rows.Case is not { } found || found.ObjectId == 0 || (found.NoticeId is null && found.OriginId is null) || !viewer.Sees(found))
        {
            return Refusal.NotFound();
        }

        if (catalog.WhyNot(found.Definition) is { } damaged)
        {
            return damaged;
        }

        var definition = catalog.Get(found.Definition);
        var task = CaseInHand.TaskOf(viewer, rows.Tasks);
        var step = task is { } open ? definition.HumanSteps.FirstOrDefault(s => s.ActivityId == open.Node) : null;
        var hidden = CaseInHand.Guarded(viewer, definition)
            .Where(k => !rows.Lines.Any(l => l.Act == "Complete" && l.Node == k.RevealedBy!.Value.Node && l.Outcome == k.RevealedBy.Value.Outcome)).ToList();
        var shown = rows.Rounds.Where(r => !hidden.Exists(h => h.Code == r.FormCode)).ToList();
        var kind = CaseInHand.KindOf(definition, task, step, shown.ConvertAll(r => r.FormCode), hidden);
        var kept = rows.Comments.Where(c => hidden.Exists(h => h.Code == c.FormCode)).Select(c => c.Number).ToList();
        return new CaseInHand
        {
            Case = found,
            Definition = definition.DefinitionId,
            Task = task,
            Step = step,
            Seat = task?.PersonId is null ? null : rows.Seats.Find(s => s.Visit == task.Visit),
            Kind = kind,
            FiledRound = shown.LastOrDefault(r => r.FormCode == kind.Code)?.Round ?? 0,
            FilledByReader = rows.TookPart(viewer.UserId),
            Comments = [.. rows.Comments.Where(c => c.FormCode == kind.Code)],
            NextComment = rows.Comments.Count == 0 ? 1 : rows.Comments.Max(c => c.Number) + 1,
            RaisedBy = rows.Comments.ToDictionary(c => c.Number, c => rows.Lines.FirstOrDefault(l => l.Seq == c.Seq)?.Role ?? ""),
            Answers = [.. rows.Answers.Where(a => !kept.Contains(a.Number))],
            Verdicts = [.. rows.Verdicts.Where(v => !kept.Contains(v.Number))],
            Extensions = rows.Extensions,
        };
    }

    private async Task<IReadOnlyList<CaseInHandRows>> ReadAsync(IReadOnlyList<Asked> batch)
    {
        var rows = await reader.ReadAsync([.. batch.Select(b => b.CaseId).Distinct()], [.. batch.Where(b => b.Extensions).Select(b => b.CaseId).Distinct()]);
        return [.. batch.Select(b => rows[b.CaseId])];
    }

    private sealed record Asked(long CaseId, bool Extensions);
}
