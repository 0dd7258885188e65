using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace PerfFlow.Platform.Ui;

/// <summary>A short word after an act, at the lower right of the next page for five seconds.</summary>
/// <param name="Text">What was done: 已退回县教育局。</param>
/// <param name="Detail">What follows from it: 新期限 11-01。</param>
public sealed record ToastModel(string Text, string? Detail = null)
{
    /// <summary>pass, warn or bad.</summary>
    public string Kind { get; init; } = "pass";

    /// <summary>The words of the act that undoes it (取回), with <see cref="ActHref"/> as the address it is posted to.</summary>
    public string? ActText { get; init; }

    public string? ActHref { get; init; }

    /// <summary>Until when it can be undone.</summary>
    public string? ActHint { get; init; }
}

/// <summary>Carries a toast from the post to the page it redirects to, in an encrypted cookie that is read once.</summary>
public sealed class Toasts(IDataProtectionProvider protection)
{
    private const string Cookie = "toast";
    private readonly IDataProtector protector = protection.CreateProtector("PerfFlow.Ui.Toast");

    /// <summary>Say it on the next page this user opens.</summary>
    public void Say(HttpContext http, ToastModel toast) => http.Response.Cookies.Append(Cookie, protector.Protect(JsonSerializer.Serialize(toast)), new CookieOptions
    {
        HttpOnly = true,
        Secure = http.Request.IsHttps,
        SameSite = SameSiteMode.Strict,
        MaxAge = TimeSpan.FromMinutes(1),
        IsEssential = true,
    });

    internal ToastModel? Take(HttpContext http)
    {
        if (!http.Request.Cookies.TryGetValue(Cookie, out var value) || http.Response.HasStarted)
        {
            return null;
        }

        http.Response.Cookies.Delete(Cookie);
        try
        {
            return JsonSerializer.Deserialize<ToastModel>(protector.Unprotect(value));
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            // A cookie of another key ring or a forged one says nothing.
            return null;
        }
    }
}
