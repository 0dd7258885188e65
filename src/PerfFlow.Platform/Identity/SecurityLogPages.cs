using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Identity;

/// <summary>A line of the security log with the accounts by name.</summary>
public sealed record SecurityLine(long Id, DateTimeOffset At, string Kind, string? Concerns, string? Actor, string? Address, string? Detail);

/// <summary>A page of the security log, newest first.</summary>
public sealed record SecurityLogModel(IReadOnlyList<SecurityLine> Lines, string? Kind, string? Account, long? Before, long? Next)
{
    public string Link(long? before) => QueryHelpers.AddQueryString("/security-log", new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["kind"] = Kind,
        ["account"] = Account,
        ["before"] = before?.ToString(CultureInfo.InvariantCulture),
    }.Where(v => !string.IsNullOrEmpty(v.Value)));
}

/// <summary>The security log for the audit administrator, who alone reads it and cannot change it.</summary>
internal static class SecurityLogPages
{
    private const int OnAPage = 50;

    public static readonly IReadOnlyList<string> Kinds =
    [
        "signed-in", "signed-out", "sign-in-failed", "sign-in-blocked", "code-failed", "demo-refused", "start-password-ended", "password-old-wrong",
        "password-changed", "password-reset", "account-made", "account-disabled", "account-enabled", "sessions-ended", "second-factor-on", "second-factor-off",
        "recovery-code-used", "token-created", "token-revoked", "role-given", "role-ended", "denied", "command-line", "viewed",
    ];

    public static void MapSecurityLog(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/security-log", ShowAsync).ExcludeFromDescription();
        routes.MapGroup("/api/security-log").WithTags("Security log").WithRefusals()
            .MapGet("", ListAsync).WithSummary("Lines of the security log, newest first, fifty at a time");
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, Viewer viewer, PlatformDb db, [FromQuery] string? kind, [FromQuery] string? account, [FromQuery] long? before, CancellationToken ct) =>
        viewer.May(Right.ReadSecurityLog) is { } refusal
            ? await Refusals.PageAsync(http, refusal)
            : await Pages.RenderAsync<SecurityLogPage>(http, await ReadAsync(db, viewer, kind, account, before, ct));

    private static async Task<Results<Ok<SecurityLogModel>, JsonHttpResult<RefusedAnswer>>> ListAsync(
        Viewer viewer, PlatformDb db, Texts texts, [FromQuery] string? kind, [FromQuery] string? account, [FromQuery] long? before, CancellationToken ct) =>
        viewer.May(Right.ReadSecurityLog) is { } refusal ? texts.Refuse(refusal) : TypedResults.Ok(await ReadAsync(db, viewer, kind, account, before, ct));

    /// <summary>Lines of the own region, and those of names that no account has: they belong to nobody else.</summary>
    private static async Task<SecurityLogModel> ReadAsync(PlatformDb db, Viewer viewer, string? kind, string? account, long? before, CancellationToken ct)
    {
        var lines = db.SecurityEvents.AsNoTracking().Where(e => e.RegionId == viewer.RegionId || e.RegionId == null);
        if (!string.IsNullOrEmpty(kind))
        {
            lines = lines.Where(e => e.Kind == kind);
        }

        if (!string.IsNullOrWhiteSpace(account))
        {
            var name = account.Trim().ToUpperInvariant();
            lines = lines.Where(e => e.Account!.ToUpper() == name || db.Users.Any(u => u.NormalizedUserName == name && (u.Id == e.UserId || u.Id == e.ActorId)));
        }

        if (before is { } id)
        {
            lines = lines.Where(e => e.Id < id);
        }

        var page = await lines.OrderByDescending(e => e.Id).Take(OnAPage)
            .Select(e => new SecurityLine(
                e.Id, e.At, e.Kind,
                db.Users.Where(u => u.Id == e.UserId).Select(u => u.UserName).FirstOrDefault() ?? e.Account,
                db.Users.Where(u => u.Id == e.ActorId).Select(u => u.UserName).FirstOrDefault(),
                e.Address, e.Detail))
            .ToListAsync(ct);
        return new SecurityLogModel(page, kind, account, before, page.Count == OnAPage ? page[^1].Id : null);
    }
}
