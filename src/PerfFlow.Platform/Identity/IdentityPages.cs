using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Identity;

/// <summary>Sign-in, own password, second factor, own sessions and tokens.</summary>
internal static class IdentityPages
{
    public static IEndpointRouteBuilder MapIdentity(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/sign-in", ShowSignInAsync).AllowAnonymous();
        pages.MapPost("/sign-in", SignInAsync).AllowAnonymous();
        pages.MapPost("/sign-out", SignOutAsync);
        pages.MapGet(IdentityGate.PasswordPage, ShowPasswordAsync);
        pages.MapPost(IdentityGate.PasswordPage, ChangePasswordAsync);
        pages.MapGet("/account/confirm", ShowConfirmAsync);
        pages.MapPost("/account/confirm", ConfirmAsync);
        pages.MapGet(IdentityGate.SecondFactorPage, ShowSecondFactorAsync);
        pages.MapPost(IdentityGate.SecondFactorPage, EnrolAsync);
        pages.MapPost("/account/two-factor/remove", RemoveSecondFactorAsync);
        pages.MapGet("/account/sessions", ShowSessionsAsync);
        pages.MapPost("/account/sessions/end", EndSessionAsync);
        pages.MapPost("/account/tokens", CreateTokenAsync);
        pages.MapPost("/account/tokens/revoke", RevokeTokenAsync);
        routes.MapIdentityApi();
        routes.MapSecurityLog();
        return routes;
    }

    private static async Task<IResult> ShowSignInAsync(HttpContext http, [FromQuery] string? returnUrl)
    {
        var back = UiSetup.LocalOr(returnUrl, "/");
        return http.SignedIn() is null
            ? await Pages.RenderAsync<SignInPage>(http, new SignInModel(back, "", AskCode: false, FormErrors.None))
            : TypedResults.LocalRedirect(back);
    }

    private static async Task<IResult> SignInAsync(
        HttpContext http, SignIn signIn, DeviceCookie device, UserManager<User> users, TimeProvider time, Texts texts,
        [FromForm] string? userName, [FromForm] string? password, [FromForm] string? code, [FromForm] string? returnUrl, CancellationToken ct)
    {
        var name = users.NormalizeName((userName ?? "").Trim()) ?? "";
        var request = new SignInRequest(userName ?? "", password ?? "", code, device.Read(http, name), http.Origin());
        var outcome = await signIn.RunAsync(request, ct);
        var back = UiSetup.LocalOr(returnUrl, "/");
        if (!outcome.Ok)
        {
            var model = new SignInModel(back, userName ?? "", AskCode: outcome.Refusal!.Code == "code-needed" || !string.IsNullOrEmpty(code), FormErrors.Of(texts, outcome.Refusal));
            return await Pages.RenderAsync<SignInPage>(http, model, Answers.StatusOf(outcome.Refusal));
        }

        device.Give(http, name, time.GetUtcNow());
        await http.SignInAsync(SignedInRequests.Cookie, SignedInRequests.Principal(outcome.Value), new AuthenticationProperties { IsPersistent = false });
        return TypedResults.LocalRedirect(back);
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, SessionBook sessions, SecurityLog log, CancellationToken ct, [FromForm] string? from = null)
    {
        if (http.SignedIn() is { SessionId: { } id } who)
        {
            await sessions.EndAsync(s => s.Id == id, SessionEnd.SignedOut, ct);
            await log.WriteAsync(new SecurityNote("signed-out") { RegionId = who.Viewer.RegionId, UserId = who.Viewer.UserId, ActorId = who.Viewer.UserId, Detail = from }, ct);
        }

        await http.SignOutAsync(SignedInRequests.Cookie);
        http.Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        return TypedResults.LocalRedirect("/sign-in");
    }

    private static Task<IResult> ShowPasswordAsync(HttpContext http, PasswordRules rules) =>
        Pages.RenderAsync<PasswordPage>(http, PasswordModel(http, rules, FormErrors.None));

    private static async Task<IResult> ChangePasswordAsync(
        HttpContext http, ChangePassword change, PasswordRules rules, Toasts toasts, Texts texts,
        [FromForm] string? old, [FromForm] string? chosen, [FromForm] string? repeated, CancellationToken ct)
    {
        var outcome = await change.RunAsync(http.SignedIn()!, old ?? "", chosen ?? "", repeated ?? "", ct);
        if (!outcome.Ok)
        {
            return await Pages.RenderAsync<PasswordPage>(http, PasswordModel(http, rules, FormErrors.Of(texts, outcome.Refusal!)), Answers.StatusOf(outcome.Refusal!));
        }

        toasts.Say(http, new ToastModel(texts["identity.password.changed"], texts["identity.password.changed.detail"]));
        return TypedResults.LocalRedirect("/");
    }

    private static PasswordModel PasswordModel(HttpContext http, PasswordRules rules, FormErrors errors)
    {
        var who = http.SignedIn()!;
        var profile = http.RequestServices.GetRequiredService<IOptions<IdentityLimits>>().Value.PasswordProfile;
        return new PasswordModel(who.MustChangePassword, rules.Shortest, profile, errors);
    }

    private static Task<IResult> ShowConfirmAsync(HttpContext http, [FromQuery] string? returnUrl) =>
        Pages.RenderAsync<ConfirmPage>(http, new ConfirmModel(UiSetup.LocalOr(returnUrl, "/"), FormErrors.None));

    private static async Task<IResult> ConfirmAsync(
        HttpContext http, ConfirmPassword confirm, Texts texts, [FromForm] string? password, [FromForm] string? returnUrl, CancellationToken ct)
    {
        var back = UiSetup.LocalOr(returnUrl, "/");
        var outcome = await confirm.RunAsync(http.SignedIn()!, password ?? "", http.Origin(), ct);
        return outcome.Ok
            ? TypedResults.LocalRedirect(back)
            : await Pages.RenderAsync<ConfirmPage>(http, new ConfirmModel(back, FormErrors.Of(texts, outcome.Refusal!)), Answers.StatusOf(outcome.Refusal!));
    }

    private static async Task<IResult> ShowSecondFactorAsync(HttpContext http, PlatformDb db, SecondFactor factor, CancellationToken ct) =>
        http.NeedsConfirmation() is null
            ? await Pages.RenderAsync<SecondFactorPage>(http, await SecondFactorModelAsync(http, db, factor, FormErrors.None, null, ct))
            : ToConfirmation(IdentityGate.SecondFactorPage);

    private static async Task<IResult> EnrolAsync(
        HttpContext http, PlatformDb db, SecondFactor factor, Texts texts, [FromForm] string? code, CancellationToken ct)
    {
        if (http.NeedsConfirmation() is not null)
        {
            return ToConfirmation(IdentityGate.SecondFactorPage);
        }

        var user = await OwnAsync(http, db, ct);
        var outcome = await factor.ConfirmAsync(user, code ?? "", ct);
        return outcome.Ok
            ? await Pages.RenderAsync<SecondFactorPage>(http, await SecondFactorModelAsync(http, db, factor, FormErrors.None, outcome.Value, ct))
            : await Pages.RenderAsync<SecondFactorPage>(
                http, await SecondFactorModelAsync(http, db, factor, FormErrors.Of(texts, outcome.Refusal!), null, ct), Answers.StatusOf(outcome.Refusal!));
    }

    private static async Task<IResult> RemoveSecondFactorAsync(
        HttpContext http, PlatformDb db, SecondFactor factor, Toasts toasts, Texts texts, CancellationToken ct, [FromForm] string? from = null)
    {
        if (http.NeedsConfirmation() is not null)
        {
            return ToConfirmation(from ?? IdentityGate.SecondFactorPage);
        }

        var user = await OwnAsync(http, db, ct);
        await factor.RemoveAsync(user, user.Id, ct);
        toasts.Say(http, new ToastModel(texts["identity.second-factor.removed"]) { Kind = "warn" });
        return TypedResults.LocalRedirect("/account/sessions");
    }

    private static async Task<IResult> ShowSessionsAsync(HttpContext http, PlatformDb db, TimeProvider time, CancellationToken ct) =>
        await Pages.RenderAsync<SessionsPage>(http, await SessionsModelAsync(http, db, time, FormErrors.None, null, ct));

    private static async Task<IResult> EndSessionAsync(
        HttpContext http, SessionBook sessions, Toasts toasts, Texts texts, CancellationToken ct, [FromForm] Guid? id = null)
    {
        var who = http.SignedIn()!;
        var user = who.Viewer.UserId;
        var ended = id is { } one
            ? await sessions.EndAsync(s => s.UserId == user && s.Id == one, SessionEnd.ByOwner, ct)
            : await sessions.EndAsync(s => s.UserId == user && s.Id != who.SessionId, SessionEnd.ByOwner, ct);
        toasts.Say(http, new ToastModel(texts["identity.sessions.ended", ended.ToString(CultureInfo.InvariantCulture)]));
        return TypedResults.LocalRedirect("/account/sessions");
    }

    private static async Task<IResult> CreateTokenAsync(
        HttpContext http, ApiTokens tokens, PlatformDb db, TimeProvider time, Texts texts, [FromForm] string? name, [FromForm] string? days, CancellationToken ct)
    {
        if (http.NeedsConfirmation() is not null)
        {
            return ToConfirmation("/account/sessions");
        }

        var outcome = await tokens.CreateAsync(http.SignedIn()!.Viewer, name ?? "", int.TryParse(days, CultureInfo.InvariantCulture, out var n) ? n : 0, ct);
        var model = await SessionsModelAsync(http, db, time, outcome.Ok ? FormErrors.None : FormErrors.Of(texts, outcome.Refusal!), outcome.Ok ? outcome.Value : null, ct);
        return await Pages.RenderAsync<SessionsPage>(http, model with { TokenName = outcome.Ok ? "" : name ?? "" }, outcome.Ok ? StatusCodes.Status200OK : Answers.StatusOf(outcome.Refusal!));
    }

    private static async Task<IResult> RevokeTokenAsync(HttpContext http, ApiTokens tokens, Toasts toasts, Texts texts, [FromForm] long id, CancellationToken ct)
    {
        var outcome = await tokens.RevokeAsync(http.SignedIn()!.Viewer, id, ct);
        toasts.Say(http, new ToastModel(outcome.Ok ? texts["identity.tokens.revoked"] : texts.Refusal(outcome.Refusal!)));
        return TypedResults.LocalRedirect("/account/sessions");
    }

    private static Microsoft.AspNetCore.Http.HttpResults.RedirectHttpResult ToConfirmation(string back) =>
        TypedResults.LocalRedirect($"/account/confirm?returnUrl={Uri.EscapeDataString(back)}");

    private static Task<User> OwnAsync(HttpContext http, PlatformDb db, CancellationToken ct)
    {
        var id = http.SignedIn()!.Viewer.UserId;
        return db.Users.FirstAsync(u => u.Id == id, ct);
    }

    private static async Task<SecondFactorModel> SecondFactorModelAsync(
        HttpContext http, PlatformDb db, SecondFactor factor, FormErrors errors, IReadOnlyList<string>? codes, CancellationToken ct)
    {
        var user = await OwnAsync(http, db, ct);
        var left = await db.RecoveryCodes.CountAsync(c => c.UserId == user.Id && c.UsedAt == null, ct);
        var secret = user.TwoFactorEnabled ? null : await factor.BeginAsync(user, ct);
        return new SecondFactorModel(
            user.TwoFactorEnabled,
            http.SignedIn()!.MustEnrol,
            secret is null ? null : Totp.Base32(secret),
            secret is null ? null : QrCode.Encode(Totp.Address(secret, user.UserName!)),
            left,
            codes,
            errors);
    }

    private static async Task<SessionsModel> SessionsModelAsync(
        HttpContext http, PlatformDb db, TimeProvider time, FormErrors errors, string? newToken, CancellationToken ct)
    {
        var who = http.SignedIn()!;
        var user = who.Viewer.UserId;
        var now = time.GetUtcNow();
        var limits = http.RequestServices.GetRequiredService<IOptions<IdentityLimits>>().Value;
        var idleSince = now - TimeSpan.FromMinutes(limits.IdleMinutes);
        var sessions = await db.Sessions.AsNoTracking().Where(s => s.UserId == user && s.EndedAt == null && s.EndsAt > now && s.LastSeenAt > idleSince)
            .OrderByDescending(s => s.LastSeenAt).ToListAsync(ct);
        var tokens = await db.ApiTokens.AsNoTracking().Where(t => t.UserId == user && t.RevokedAt == null && t.EndsAt > now).OrderBy(t => t.EndsAt).ToListAsync(ct);
        var events = await db.SecurityEvents.AsNoTracking().Where(e => e.UserId == user).OrderByDescending(e => e.Id).Take(10).ToListAsync(ct);
        return new SessionsModel(who, sessions, tokens, events, limits.TokenDays, newToken, errors);
    }
}
