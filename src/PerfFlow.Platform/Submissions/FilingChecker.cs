using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Submissions;

/// <summary>Runs the checks of a form with what the platform knows: one way for page, import, submission and review.</summary>
public sealed class FilingChecker(IDbContextFactory<PlatformDb> databases)
{
    // Sketches are of rounds, which never change; the key is the round's hash.
    private readonly ConcurrentDictionary<string, TextSketch> sketches = new(StringComparer.Ordinal);

    /// <summary>What every check says of <paramref name="form"/> as a filing of <paramref name="filing"/>.</summary>
    public async Task<CheckReport> RunAsync(FilingCase filing, FormContent form, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await filing.Kind.CheckAsync(new CheckContext(db, filing, form, () => OthersAsync(db, filing, ct)), ct);
    }

    /// <summary>The newest round of every other department under the same notice, as XG03 compares them.</summary>
    private async Task<IReadOnlyList<OtherFiling>> OthersAsync(PlatformDb db, FilingCase filing, CancellationToken ct)
    {
        var rounds = await db.Rounds.AsNoTracking().Where(r => r.FormCode == filing.Kind.Code)
            .Join(db.Cases.Where(c => c.NoticeId == filing.Case.NoticeId && c.DepartmentId != filing.Case.DepartmentId), r => r.CaseId, c => c.Id, (r, c) => new { r, c.UnitId })
            .Where(x => !db.Rounds.Any(later => later.CaseId == x.r.CaseId && later.FormCode == x.r.FormCode && later.Round > x.r.Round))
            .Join(db.Organisations, x => x.UnitId, o => o.Id, (x, o) => new { x.r.CaseId, x.r.Seq, x.r.N, x.r.Sha256, o.Name })
            .ToListAsync(ct);
        var unknown = rounds.Where(r => !sketches.ContainsKey(Convert.ToHexString(r.Sha256))).ToList();
        if (unknown.Count > 0)
        {
            var ids = unknown.ConvertAll(u => u.CaseId);
            var forms = await db.Rounds.AsNoTracking().Where(r => ids.Contains(r.CaseId) && r.FormCode == filing.Kind.Code).Select(r => new { r.Sha256, r.Form }).ToListAsync(ct);
            foreach (var form in forms)
            {
                sketches.TryAdd(Convert.ToHexString(form.Sha256), TextSketch.Of(FormContent.FromJson(filing.Kind.Layout, form.Form)));
            }
        }

        return [.. rounds.Select(r => new OtherFiling(r.Name, sketches[Convert.ToHexString(r.Sha256)]))];
    }
}
