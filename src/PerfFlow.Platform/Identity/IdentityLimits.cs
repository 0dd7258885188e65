using System.ComponentModel.DataAnnotations;

namespace PerfFlow.Platform.Identity;

/// <summary>The settings section <c>Identity</c>.</summary>
public sealed class IdentityLimits
{
    public const string Section = "Identity";

    /// <summary>Password rules: DengBao (等保 2.0: composition, history, expiry) or Asvs (OWASP ASVS 5.0: length and no known password). The two forbid each other, so one is chosen.</summary>
    public PasswordProfile PasswordProfile { get; set; } = PasswordProfile.DengBao;

    /// <summary>Minutes without a request of the person until the session ends.</summary>
    [Range(1, 480)]
    public int IdleMinutes { get; set; } = 15;

    /// <summary>Hours until a session ends whatever is done in it.</summary>
    [Range(1, 24)]
    public int SessionHours { get; set; } = 10;

    /// <summary>Sessions of one account at a time; one more ends the oldest.</summary>
    [Range(1, 20)]
    public int SessionsPerAccount { get; set; } = 5;

    /// <summary>Failed sign-ins per (account, device or address) before that pair has to wait.</summary>
    [Range(3, 20)]
    public int FailuresPerOrigin { get; set; } = 5;

    /// <summary>Minutes that such a pair waits.</summary>
    [Range(1, 1440)]
    public int BlockMinutes { get; set; } = 15;

    /// <summary>Longest wait in seconds that failures from elsewhere put before a sign-in from an unknown device.</summary>
    [Range(0, 30)]
    public int SlowestAnswerSeconds { get; set; } = 8;

    /// <summary>Minutes for which a typed password covers sensitive acts.</summary>
    [Range(1, 60)]
    public int ConfirmationMinutes { get; set; } = 10;

    /// <summary>Days for which a start password works.</summary>
    [Range(1, 30)]
    public int StartPasswordDays { get; set; } = 7;

    /// <summary>Days after which the 等保 profile asks for a new password.</summary>
    [Range(1, 366)]
    public int PasswordDays { get; set; } = 90;

    /// <summary>Longest life of an API token in days.</summary>
    [Range(1, 366)]
    public int TokenDays { get; set; } = 90;

    /// <summary>Roles whose holders must use a second factor, for example FIN_LEADER; empty = whoever wants it.</summary>
    public IList<string> SecondFactorRoles { get; set; } = [];

    /// <summary>Rounds of PBKDF2-HMAC-SHA512 for passwords that people choose (ASVS 5.0 appendix C: at least 210,000).</summary>
    [Range(1_000, 5_000_000)]
    public int HashRounds { get; set; } = 210_000;
}

/// <summary>Which password rules hold.</summary>
public enum PasswordProfile
{
    /// <summary>等保 2.0 level 3: three kinds of characters, the last five refused, changed every 90 days.</summary>
    DengBao,

    /// <summary>ASVS 5.0: at least 12 characters, no composition rule, no expiry.</summary>
    Asvs,
}
