namespace Hallmark.Bench.Receipts;

/// <summary>Answers requests in this process, so that what is measured is what we do with an answer and not the way to it.</summary>
/// <param name="answer">Gives an answer's body.</param>
internal sealed class AnsweringHandler(Func<HttpRequestMessage, byte[]> answer) : HttpMessageHandler
{
    /// <summary>The body of a request.</summary>
    public static byte[] BodyOf(HttpRequestMessage request)
    {
        using var body = new MemoryStream();
        request.Content!.CopyTo(body, context: null, CancellationToken.None); // ! asked for requests with a body only
        return body.ToArray();
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpResponseMessage { Content = new ByteArrayContent(answer(request)), RequestMessage = request });
}
