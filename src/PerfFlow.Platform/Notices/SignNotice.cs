using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Notices;

/// <summary>
/// 签发: the leader signs the text in the version that was read. That freezes the text, the due instant and the targets
/// with the departments and sections of this day. FIN_LEADER, never the author.
/// </summary>
public sealed class SignNotice(IDbContextFactory<PlatformDb> databases, WorkflowRunner runner, RegionClock clock, ParameterStore parameters)
{
    /// <param name="viewer">Who signs.</param>
    /// <param name="noticeId">The notice.</param>
    /// <param name="version">The version that was read.</param>
    /// <param name="opinion">签发意见; may be empty.</param>
    /// <param name="command">Answers once.</param>
    /// <param name="ct">Stops the waiting.</param>
    public async Task<Outcome<CaseAnswer>> RunAsync(Viewer viewer, long noticeId, int version, string opinion, Guid command, CancellationToken ct)
    {
        if (viewer.May(Right.SignNotices) is { } refusal)
        {
            return refusal;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        if (await NoticeSteps.FindAsync(db, viewer, noticeId, ct) is not var (notice, state))
        {
            return Refusal.NotFound();
        }

        if (notice.CreatedBy == viewer.UserId)
        {
            return Refusal.Forbidden("filler-never-reviews");
        }

        if (state.Stage != NoticeStages.Signing)
        {
            return await runner.RepeatedAsync(viewer.UserId, command, ct) is { } before ? before : NoticeSteps.WrongStage(state);
        }

        if (notice.Version != version)
        {
            return Refusal.Conflict("moved-on");
        }

        var calendar = parameters.Calendar(notice.RegionId);
        var recipients = await RecipientList.OfAsync(db, notice, clock.Today(notice.RegionId), ct);
        if (NoticeDraft.Unready(notice, recipients, calendar, clock.Now(notice.RegionId)) is { } unready)
        {
            return unready;
        }

        // The rows count only if a signature names their freeze, so a refused try or a crash leaves nothing that counts.
        var freeze = CommandId.Of($"freeze {notice.Id} {state.Visit} {viewer.UserId} {command}");
        var due = calendar.DueInstant(notice.DueOn!.Value);
        await FreezeAsync(db, notice, freeze, recipients, ct);
        await db.Notices.Where(n => n.Id == notice.Id).ExecuteUpdateAsync(set => set.SetProperty(n => n.DueAt, due), ct);
        var targets = await db.NoticeTargets.AsNoTracking().Where(t => t.NoticeId == notice.Id && t.FreezeId == freeze).ToListAsync(ct);
        var fingerprint = Fingerprint(targets);
        var answer = await runner.RunAsync(new CaseCommand
        {
            Id = command,
            CaseId = notice.CaseId,
            Act = new Act.Complete(
                state.Visit ?? 0,
                Facts.Of(("outcome", NoticeSteps.Sign), ("version", version), ("targets", targets.Count), ("targetsSha256", Convert.ToHexStringLower(fingerprint)),
                    ("attachments", NoticeFacts.Hash(notice.Attachments)), ("due", due))),
            Actor = NoticeActors.Leader(viewer),
            Guards = [new Guard("notices", notice.Id, version)],
            Rows =
            [
                new FeatureRow(
                    NoticeTables.Signatures.Name, notice.Id, notice.Title, notice.Grounds, notice.Matters, notice.Demands, notice.Signer, notice.Contact,
                    notice.MarkWord, due, freeze, targets.Count, fingerprint),
                .. opinion.Length > 0 ? [new FeatureRow(NoticeTables.Opinions.Name, NoticeSteps.Sign, opinion)] : Array.Empty<FeatureRow>(),
            ],
        }, ct);
        if (!answer.Ok)
        {
            await db.NoticeTargets.Where(t => t.NoticeId == notice.Id && t.FreezeId == freeze).ExecuteDeleteAsync(ct);
        }

        return answer;
    }

    /// <summary>SHA-256 over (unit, department, section, object) of the targets by unit and object: what the signature proves.</summary>
    public static byte[] Fingerprint(IEnumerable<NoticeTarget> targets)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> row = stackalloc byte[32];
        foreach (var target in targets.OrderBy(t => t.UnitId).ThenBy(t => t.ObjectId))
        {
            BinaryPrimitives.WriteInt64BigEndian(row, target.UnitId);
            BinaryPrimitives.WriteInt64BigEndian(row[8..], target.DepartmentId);
            BinaryPrimitives.WriteInt64BigEndian(row[16..], target.SectionId);
            BinaryPrimitives.WriteInt64BigEndian(row[24..], target.ObjectId);
            sha.AppendData(row);
        }

        return sha.GetHashAndReset();
    }

    private static async Task FreezeAsync(PlatformDb db, Notice notice, Guid freeze, RecipientList recipients, CancellationToken ct)
    {
        var rows = recipients.Lines.SelectMany(l => l.Objects.Select(o => (Unit: l.Body.Id, Department: l.Body.DepartmentId!.Value, Section: l.SectionId, Object: o))).ToList();
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into platform.targets (notice_id, freeze_id, unit_id, department_id, section_id, object_id)
            select {notice.Id}, {freeze}, * from unnest({rows.ConvertAll(r => r.Unit)}, {rows.ConvertAll(r => r.Department)}, {rows.ConvertAll(r => r.Section)}, {rows.ConvertAll(r => r.Object)})
            on conflict do nothing
            """, ct);
    }
}
