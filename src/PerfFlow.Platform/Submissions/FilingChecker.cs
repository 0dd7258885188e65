using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Submissions;

/// <summary>Runs the checks of a goal filing with what the platform knows: one way for page, import, submission and review.</summary>
public sealed class FilingChecker(IDbContextFactory<PlatformDb> databases)
{
    // Sketches are of rounds, which never change; the key is the round's hash.
    private readonly ConcurrentDictionary<string, TextSketch> sketches = new(StringComparer.Ordinal);

    /// <summary>What every check says of <paramref name="form"/> as a filing of <paramref name="filing"/>.</summary>
    public async Task<CheckReport> RunAsync(FilingCase filing, GoalFilingForm form, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var project = filing.Project;
        var before = await db.Projects.AsNoTracking()
            .FirstOrDefaultAsync(p => p.RegionId == project.RegionId && p.FiscalYear == project.FiscalYear - 1 && p.Code == project.Code, ct);
        var facts = new CheckFacts
        {
            Project = new LibraryProject(project.FiscalYear, project.Code, filing.Unit.Code, project.Name),
            BudgetSystemAmount = project.Initial > 0 ? project.Initial : null,
            LastYear = before is null ? null : new LastYear(before.Adjusted, before.Paid, [], []),
            Others = await OthersAsync(db, filing, ct),
        };
        return GoalFilingChecks.Run(form, facts, filing.Parameters);
    }

    /// <summary>The newest round of every other department under the same notice, as XG03 compares them.</summary>
    private async Task<IReadOnlyList<OtherFiling>> OthersAsync(PlatformDb db, FilingCase filing, CancellationToken ct)
    {
        var rounds = await db.Rounds.AsNoTracking()
            .Join(db.Cases.Where(c => c.NoticeId == filing.Case.NoticeId && c.DepartmentId != filing.Case.DepartmentId), r => r.CaseId, c => c.Id, (r, c) => new { r, c.UnitId })
            .Where(x => !db.Rounds.Any(later => later.CaseId == x.r.CaseId && later.Round > x.r.Round))
            .Join(db.Organisations, x => x.UnitId, o => o.Id, (x, o) => new { x.r.CaseId, x.r.Seq, x.r.N, x.r.Sha256, o.Name })
            .ToListAsync(ct);
        var unknown = rounds.Where(r => !sketches.ContainsKey(Convert.ToHexString(r.Sha256))).ToList();
        if (unknown.Count > 0)
        {
            var ids = unknown.ConvertAll(u => u.CaseId);
            var forms = await db.Rounds.AsNoTracking().Where(r => ids.Contains(r.CaseId)).Select(r => new { r.Sha256, r.Form }).ToListAsync(ct);
            foreach (var form in forms)
            {
                sketches.TryAdd(Convert.ToHexString(form.Sha256), TextSketch.Of(FilingCase.Read(form.Form)));
            }
        }

        return [.. rounds.Select(r => new OtherFiling(r.Name, sketches[Convert.ToHexString(r.Sha256)]))];
    }
}
