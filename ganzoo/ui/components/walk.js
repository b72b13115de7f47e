// value: {film: data URI of all frames side by side, frames: how many, strip: [URIs], alphas: [...], animation: URI}.
const slider = find("input");

function turn() {
  const { frames } = props.value;
  const alpha = Number(slider.value);
  const index = Math.round(alpha * (frames - 1));
  find(".gz-frame").style.backgroundPosition = `${(100 * index) / (frames - 1)}% 0`;
  find("output").textContent = alpha.toFixed(2);
}

function load() {
  const { film, frames, strip, alphas, animation } = props.value;
  find(".gz-steps").innerHTML = strip
    .map((uri, i) => `<figure><img src="${uri}" alt=""><figcaption>${alphas[i].toFixed(1)}</figcaption></figure>`)
    .join("");
  find(".gz-frame").style.backgroundImage = `url(${film})`;
  find(".gz-frame").style.backgroundSize = `${100 * frames}% 100%`;
  find(".gz-moving").src = find("a").href = animation;
  turn();
}

slider.addEventListener("input", turn);
follow(load);
