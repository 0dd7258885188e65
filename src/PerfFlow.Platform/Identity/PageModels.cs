using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Identity;

/// <summary>The sign-in page. Posts userName, password, code and returnUrl to /sign-in.</summary>
/// <param name="AskCode">The account has a second factor: the code field comes into focus.</param>
public sealed record SignInModel(string ReturnUrl, string UserName, bool AskCode, FormErrors Errors);

/// <summary>The page on which a person chooses a password.</summary>
/// <param name="First">It replaces a start password, and nothing else can be done before.</param>
public sealed record PasswordModel(bool First, int Shortest, PasswordProfile Profile, FormErrors Errors);

/// <summary>The page that asks for the password again before a sensitive act.</summary>
public sealed record ConfirmModel(string ReturnUrl, FormErrors Errors);

/// <summary>The page of the second factor.</summary>
/// <param name="Demanded">The role asks for it, and nothing else can be done before.</param>
/// <param name="Secret">To be typed into the app; null once enrolled.</param>
/// <param name="Codes">Recovery codes, shown this once after enrolment.</param>
public sealed record SecondFactorModel(
    bool On, bool Demanded, string? Secret, QrCode? Qr, int RecoveryCodesLeft, IReadOnlyList<string>? Codes, FormErrors Errors);

/// <summary>Own sessions, tokens and what happened to the account lately.</summary>
/// <param name="NewToken">Shown this once.</param>
public sealed record SessionsModel(
    SignedIn Who, IReadOnlyList<Session> Sessions, IReadOnlyList<ApiToken> Tokens, IReadOnlyList<SecurityEvent> Events, int LongestDays, string? NewToken, FormErrors Errors)
{
    public string TokenName { get; init; } = "";
}
