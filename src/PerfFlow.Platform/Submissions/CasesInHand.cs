using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Submissions;

/// <summary>
/// Reads <see cref="CaseInHand"/> for whoever decides. Those who ask while the readers are at work are read together next, one
/// query per table for all of them: what a decision reads costs the database a fraction of a round trip. A read begins after
/// everybody whom it answers has asked, so nobody is told less than a read of his own would tell. It goes over the runner's
/// connections, on which statements stay prepared: planning these queries takes several times as long as answering them.
/// </summary>
public sealed class CasesInHand
{
    private const int Readers = 2;
    private const int MostAtOnce = 64;

    private readonly DefinitionCatalog catalog;
    private readonly DbContextOptions<PlatformDb> options;
    private readonly Gathering<Asked, Rows> reads;

    public CasesInHand(RunnerDatabase database, DefinitionCatalog catalog)
    {
        this.catalog = catalog;
        var builder = new DbContextOptionsBuilder<PlatformDb>();
        ServiceDatabase.Configure(builder, database.Source, PlatformDb.Schema);
        options = builder.Options;
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

    private async Task<IReadOnlyList<Rows>> ReadAsync(IReadOnlyList<Asked> batch)
    {
        var ids = batch.Select(b => b.CaseId).Distinct().ToArray();
        await using var db = new PlatformDb(options);
        var found = ids.ToDictionary(id => id, _ => new Rows());
        var cases = await db.Cases.AsNoTracking().Where(c => ids.Contains(c.Id))
            .GroupJoin(db.Tasks, c => c.Id, t => t.CaseId, (c, tasks) => new { Case = c, tasks }).SelectMany(x => x.tasks.DefaultIfEmpty(), (x, t) => new { x.Case, Task = t }).OrderBy(x => x.Task!.Visit).ToListAsync();
        foreach (var row in cases)
        {
            var of = found[row.Case.Id];
            of.Case = row.Case;
            if (row.Task is { } task)
            {
                of.Tasks.Add(task);
            }
        }

        // Only what somebody holds by name can be a seat.
        var named = found.Where(f => f.Value.Tasks.Exists(t => t.PersonId is not null)).Select(f => f.Key).ToArray();
        foreach (var row in named.Length == 0 ? [] : await db.Participants.AsNoTracking().Where(p => named.Contains(p.CaseId) && p.State == Engine.ParticipantState.Open).ToListAsync())
        {
            found[row.CaseId].Seats.Add(row);
        }

        foreach (var row in await db.Rounds.Where(r => ids.Contains(r.CaseId)).OrderBy(r => r.Seq).Select(r => new { r.CaseId, Filed = new Filed(r.Round, r.FormCode, r.FilledBy) }).ToListAsync())
        {
            found[row.CaseId].Rounds.Add(row.Filed);
        }

        foreach (var row in await db.Journal.Where(j => ids.Contains(j.CaseId)).Select(j => new { j.CaseId, Line = new Line(j.Seq, j.Node, j.Act, j.Outcome, j.Role, j.ActorId) }).ToListAsync())
        {
            found[row.CaseId].Lines.Add(row.Line);
        }

        foreach (var row in await db.Drafts.Where(d => ids.Contains(d.CaseId)).Select(d => new { d.CaseId, d.SavedBy }).ToListAsync())
        {
            found[row.CaseId].Drafters.Add(row.SavedBy);
        }

        await ReadCommentsAsync(db, ids, found);
        var extended = batch.Where(b => b.Extensions).Select(b => b.CaseId).Distinct().ToArray();
        if (extended.Length > 0)
        {
            foreach (var row in await db.Extensions.AsNoTracking().Where(e => extended.Contains(e.CaseId)).OrderBy(e => e.Seq).ToListAsync())
            {
                found[row.CaseId].Extensions.Add(row);
            }
        }

        return [.. batch.Select(b => found[b.CaseId])];
    }

    private static async Task ReadCommentsAsync(PlatformDb db, long[] ids, Dictionary<long, Rows> found)
    {
        var comments = await db.Comments.AsNoTracking().Where(c => ids.Contains(c.CaseId)).OrderBy(c => c.Number).ToListAsync();
        if (comments.Count == 0)
        {
            // An answer is to a comment, a verdict on an answer.
            return;
        }

        foreach (var row in comments)
        {
            found[row.CaseId].Comments.Add(row);
        }

        foreach (var row in await db.Answers.AsNoTracking().Where(a => ids.Contains(a.CaseId)).OrderBy(a => a.Seq).ToListAsync())
        {
            found[row.CaseId].Answers.Add(row);
        }

        foreach (var row in await db.Verdicts.AsNoTracking().Where(v => ids.Contains(v.CaseId)).OrderBy(v => v.Seq).ThenBy(v => v.N).ToListAsync())
        {
            found[row.CaseId].Verdicts.Add(row);
        }
    }

    private sealed record Asked(long CaseId, bool Extensions);

    private sealed record Filed(int Round, string FormCode, long FilledBy);

    private sealed record Line(int Seq, string? Node, string Act, string? Outcome, string Role, long ActorId);

    /// <summary>Of one case. Who asks for the same case at the same time gets the same, and only reads it.</summary>
    private sealed class Rows
    {
        public CaseRow? Case { get; set; }

        public List<TaskRow> Tasks { get; } = [];

        public List<Signers.ParticipantRow> Seats { get; } = [];

        public List<Filed> Rounds { get; } = [];

        public List<Line> Lines { get; } = [];

        public List<long> Drafters { get; } = [];

        public List<CommentRow> Comments { get; } = [];

        public List<AnswerRow> Answers { get; } = [];

        public List<VerdictRow> Verdicts { get; } = [];

        public List<ExtensionRow> Extensions { get; } = [];

        /// <summary>As <see cref="Fillers"/> says it.</summary>
        public bool TookPart(long userId) => Rounds.Exists(r => r.FilledBy == userId) || Drafters.Contains(userId)
            || Lines.Exists(l => l.Act == "Complete" && l.Outcome == "Submit" && l.ActorId == userId);
    }
}
